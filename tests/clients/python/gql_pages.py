"""gql with the schema that it fetches by introspection: a page and its next, money exact."""

import json
import os
from decimal import Decimal
from functools import partial

from gql import Client, gql
from gql.transport.requests import RequestsHTTPTransport

PAGE = gql("""
    query Page($first: Int!, $after: String) {
      orders(first: $first, after: $after) {
        edges { node { code orderedAt totals { sales } } }
        pageInfo { hasNextPage endCursor }
      }
    }
""")

transport = RequestsHTTPTransport(
    url=os.environ["SALESGRAPH_URL"],
    json_deserialize=partial(json.loads, parse_float=Decimal),
)

with Client(transport=transport, fetch_schema_from_transport=True) as session:

    def page(first, after=None):
        PAGE.variable_values = {"first": first, "after": after}
        return session.execute(PAGE)["orders"]

    one = page(7)
    two = page(7, one["pageInfo"]["endCursor"])
    whole = page(14)
    assert one["pageInfo"]["hasNextPage"]
    assert one["edges"] + two["edges"] == whole["edges"]
    assert len({edge["node"]["code"] for edge in whole["edges"]}) == 14

    sales = [edge["node"]["totals"]["sales"] for edge in whole["edges"]]
    assert any(isinstance(amount, Decimal) for amount in sales), sales
    assert all(amount == round(Decimal(amount), 2) for amount in sales), sales
