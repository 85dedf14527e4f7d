"""Apache Superset's way in: SQL by SQLAlchemy over the endpoint, beside what GraphQL itself answers.

The `graphql` dialect reads a connection as a table: scalars of the node are its
columns, an object named in `include` gives `object__field`, `iarg_first` is the
page's size.
"""

import os
from urllib.parse import urlsplit

import requests
from sqlalchemy import create_engine, text

URL = os.environ["SALESGRAPH_URL"]
ADDRESS = urlsplit(URL)
engine = create_engine(f"graphql://{ADDRESS.netloc}{ADDRESS.path}?is_https=0")


def sql(query):
    with engine.connect() as connection:
        return connection.execute(text(query)).fetchall()


def graphql(query):
    answer = requests.post(URL, json={"query": query}, timeout=60).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def same(found, expected, what):
    assert found.keys() == expected.keys(), (what, found, expected)
    for key, numbers in expected.items():
        for one, other in zip(found[key], numbers, strict=True):
            # SQL added up doubles, the server decimals.
            assert abs(one - other) < 0.005, (what, key, found[key], numbers)


def every_page():
    """The default page is small, so this walks through many of them."""
    [(count, distinct)] = sql("SELECT COUNT(*), COUNT(DISTINCT id) FROM orders")
    total = graphql("{ orders { totalCount } }")["orders"]["totalCount"]
    assert count == distinct == total, (count, distinct, total)


def returned_by_status():
    """What was given back later of the orders of 2025 and after: rows of orders do not show it."""
    returned, after = {}, None
    while True:
        orders = graphql("""{ orders(first: 1000%s) {
            pageInfo { hasNextPage endCursor }
            edges { node { status orderedAt returns { amounts { amount } } } }
        } }""" % (f', after: "{after}"' if after else ""))["orders"]
        for node in (edge["node"] for edge in orders["edges"]):
            if node["orderedAt"] >= "2025-01-01":
                amount = sum(it["amounts"]["amount"] for it in node["returns"] or [])
                returned[node["status"]] = returned.get(node["status"], 0) + amount
        if not orders["pageInfo"]["hasNextPage"]:
            return returned
        after = orders["pageInfo"]["endCursor"]


def sales_by_status():
    rows = sql("""
        SELECT status, COUNT(*), SUM(rounded__sales)
        FROM "orders?include=rounded&iarg_first=1000"
        WHERE isCounted AND orderedAt >= '2025-01-01' GROUP BY status
    """)
    answer = graphql("""{
        kpis(filter: {
          timeZone: "UTC", returnsOn: ORDER_DAY, period: { between: { from: "2025-01-01" } }
        }) {
          breakdown(by: [STATUS]) { rows { key { value } kpis { orderCount totalSales } } }
        }
    }""")
    returned = returned_by_status()
    expected = {}
    for row in answer["kpis"]["breakdown"]["rows"]:
        status, kpis = row["key"][0]["value"], row["kpis"]
        expected[status] = (kpis["orderCount"], kpis["totalSales"] + returned.get(status, 0))
    same({status: numbers for status, *numbers in rows}, expected, "sales by status")


def orders_by_segment():
    rows = sql("""
        SELECT customer__segment, COUNT(*)
        FROM "orders?include=customer&iarg_first=1000"
        WHERE isCounted AND customer__segment IS NOT NULL GROUP BY customer__segment
    """)
    answer = graphql("""{
        kpis { breakdown(by: [SEGMENT]) { rows { key { value } kpis { orderCount } } } }
    }""")
    expected = {
        row["key"][0]["value"]: (row["kpis"]["orderCount"],)
        for row in answer["kpis"]["breakdown"]["rows"]
        if row["key"][0]["value"] is not None
    }
    same({segment: numbers for segment, *numbers in rows}, expected, "orders by segment")


def kpis_of(table, column, dimension):
    """The KPIs of the nodes add up, in SQL, to those of the group that they are in."""
    rows = sql(f"""
        SELECT {column}, SUM(rounded__totalSales), SUM(rounded__lineCount)
        FROM "{table}?include=rounded&iarg_first=1000"
        WHERE {column} IS NOT NULL AND rounded__lineCount > 0 GROUP BY {column}
    """)
    answer = graphql(f"""{{
        kpis {{ breakdown(by: [{dimension}], first: 1000) {{
          rows {{ key {{ value }} kpis {{ totalSales lineCount }} }}
        }} }}
    }}""")
    expected = {
        row["key"][0]["value"]: (row["kpis"]["totalSales"], row["kpis"]["lineCount"])
        for row in answer["kpis"]["breakdown"]["rows"]
        if row["key"][0]["value"] is not None
    }
    same({key: numbers for key, *numbers in rows}, expected, table)


every_page()
sales_by_status()
orders_by_segment()
kpis_of("customers", "segment", "SEGMENT")
kpis_of("products", "category", "CATEGORY")
kpis_of("locations", "country", "COUNTRY")
