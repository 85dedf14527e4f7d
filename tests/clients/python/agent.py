"""Forty questions about the demo shop by the protocol's Python client, through `salesgraph mcp`."""

import asyncio
import os
import sys
from decimal import Decimal
from urllib.parse import urlsplit

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from shop_by_hand import Shop

SHOP = Shop()
ALL = SHOP.over()
OF = {year: SHOP.over(str(year)) for year in (2023, 2024, 2025)}
SPRING = SHOP.over("2025-03", {"category": {"Furniture"}})


def ask(measure, **rest):
    """One figure."""
    return "ask", {"measures": [measure], **rest}, lambda told: told["rows"][0][measure]


def table(measure, by, **rest):
    """A figure by the values of a dimension."""
    arguments = {"measures": [measure], "by": [by], "limit": 200, **rest}
    return "ask", arguments, lambda told: {row[by]: row[measure] for row in told["rows"]}


def top(measure, by, **rest):
    """The group with the highest figure."""
    arguments = {"measures": [measure], "by": [by], "orderBy": [f"-{measure}"], "limit": 1, **rest}
    return "ask", arguments, lambda told: told["rows"][0][by]


def compare(measure, part, **rest):
    return "compare", {"measures": [measure], **rest}, lambda told: told["rows"][0][measure][part]


def drivers(read, **rest):
    return "drivers", rest, read


def explain(measure, **rest):
    return "explain", {"measure": measure, **rest}, lambda told: told["value"]


def best(groups, figure):
    return max(groups.items(), key=lambda it: figure(it[1]))[0]


def each(groups, figure):
    return {value: figure(scope) for value, scope in groups.items()}


def parts(told):
    return {row["region"]: row["part"] for row in told["rows"]}


def sales_of(scope):
    return scope.total_sales


def cohort_of(year):
    """The customers whose first order ever was placed in a year."""
    scope = OF[year]
    return {it for it, first in SHOP.first.items() if scope.holds(first["orderedAt"])}


def cohort(told, year):
    return next(it for it in told["cohorts"] if it["label"] == str(year))


regions = OF[2025].by("region")
QUESTIONS = [
    ("What have we sold in all?", ask("totalSales"), ALL.total_sales),
    ("What did we sell in 2025?", ask("totalSales", period="2025"), OF[2025].total_sales),
    ("And in the last quarter of it?", ask("totalSales", period="2025-Q4"), SHOP.over("2025-Q4").total_sales),
    ("What did we earn in 2024?", ask("totalProfit", period="2024"), OF[2024].total_profit),
    ("How much of each euro sold was profit?", ask("profitMargin"), ALL.profit_margin),
    ("How many orders came in 2025?", ask("orderCount", period="2025"), OF[2025].order_count),
    ("What is the average basket of 2025?", ask("averageBasket", period="2025"), OF[2025].average_basket),
    ("How many units did we sell in 2023?", ask("unitsSold", period="2023"), OF[2023].units_sold),
    ("How many customers do we have?", ask("customerCount"), ALL.customer_count),
    ("How many of the customers of 2025 were new?", ask("newCustomerCount", period="2025"), OF[2025].new_customer_count),
    ("How many of them had been there before?", ask("returningCustomerCount", period="2025"),
     OF[2025].customer_count - OF[2025].new_customer_count),
    ("How many customers of 2024 came back in 2025?", ask("retentionRate", period="2025"), OF[2025].retention_rate("2024")),
    ("How many customers order more than once?", ask("repeatCustomerRate"), ALL.repeat_customer_rate),
    ("How often does a customer order?", ask("ordersPerCustomer"), ALL.orders_per_customer),
    ("How long do they wait between orders?", ask("averageDaysBetweenOrders"), ALL.days_between_orders),
    ("How long until the second order, typically?", ask("daysToSecondOrder"), ALL.days_to_second_order),
    ("How long does shipping take?", ask("averageShippingDays", period="2025"), OF[2025].shipping_days),
    ("What would we have sold without discounts?", ask("grossSales", period="2024"), OF[2024].gross_sales),
    ("What did we give as discounts?", ask("discounts", period="2024"), OF[2024].discounts),
    ("What came back in 2025?", ask("returns", period="2025"), OF[2025].returns),
    ("What did furniture sell in March 2025?", ask("totalSales", period="2025-03", only={"category": ["Furniture"]}),
     SPRING.total_sales),
    ("How many orders held furniture then?", ask("orderCount", period="2025-03", only={"category": ["Furniture"]}),
     SPRING.order_count),
    ("Sales by region in 2025?", table("totalSales", "region", period="2025"), each(regions, sales_of)),
    ("Which region sold most in 2025?", top("totalSales", "region", period="2025"), best(regions, sales_of)),
    ("Profit by category in 2024?", table("totalProfit", "category", period="2024"),
     each(OF[2024].by("category"), lambda it: it.total_profit)),
    ("Which product sold best in 2025, in money?", top("totalSales", "product", period="2025"),
     best(OF[2025].by("product"), sales_of)),
    ("Customers by segment?", table("customerCount", "segment"), each(ALL.by("segment"), lambda it: it.customer_count)),
    ("Orders by ship mode in 2025?", table("orderCount", "shipMode", period="2025"),
     each(OF[2025].by("shipMode"), lambda it: it.order_count)),
    ("Who brings the sales of 2025, new customers or others?", table("totalSales", "customerKind", period="2025"),
     each(OF[2025].by("customerKind"), sales_of)),
    ("Sales by year?", table("totalSales", "year", period="2023..2025"),
     {f"{year}-01-01": it.total_sales for year, it in OF.items()}),
    ("How did 2025 compare with 2024, in money?",
     compare("totalSales", "difference", period="2025", baseline="PREVIOUS_YEAR"),
     OF[2025].total_sales - OF[2024].total_sales),
    ("And in per cent?", compare("totalSales", "change", period="2025", baseline="PREVIOUS_PERIOD"),
     float(OF[2025].total_sales / OF[2024].total_sales - 1)),
    ("How many more customers than in 2023?", compare("customerCount", "difference", period="2025", baseline="2023"),
     OF[2025].customer_count - OF[2023].customer_count),
    ("Profit of March against February 2025?",
     compare("totalProfit", "then", period="2025-03", baseline="PREVIOUS_PERIOD"), SHOP.over("2025-02").total_profit),
    ("Which regions made the difference from 2024?",
     drivers(parts, by=["region"], period="2025", baseline="2024", limit=200),
     {region: sales_of(SHOP.over("2025", {"region": {region}})) - sales_of(SHOP.over("2024", {"region": {region}}))
      for region in regions.keys() | OF[2024].by("region").keys()}),
    ("What is the difference in units?",
     drivers(lambda told: told["difference"], measure="unitsSold", by=["category"], period="2025", baseline="2024"),
     OF[2025].units_sold - OF[2024].units_sold),
    ("How many customers were won in 2024?",
     ("cohorts", {"grain": "year"}, lambda told: cohort(told, 2024)["size"]), len(cohort_of(2024))),
    ("How many of them came back in 2025?",
     ("cohorts", {"grain": "year"}, lambda told: cohort(told, 2024)["periods"][1]["customerCount"]),
     len(cohort_of(2024) & OF[2025].by_customer.keys())),
    ("How many orders have they placed until then?",
     ("cohorts", {"grain": "year", "measures": ["orderCount"]},
      lambda told: cohort(told, 2024)["periods"][1]["toDate"]["orderCount"]),
     sum(len(orders) for year in (2024, 2025) for it, orders in OF[year].by_customer.items() if it in cohort_of(2024))),
    ("What exactly is the average basket of the spring of 2025, in furniture?",
     explain("averageBasket", period="2025-03", only={"category": ["Furniture"]}), SPRING.average_basket),
]


def agree(told, expected):
    """Whether they are the same: ratios but for the last of 15 digits, all else to the digit."""
    if isinstance(expected, dict):
        return told.keys() == expected.keys() and all(agree(told[it], expected[it]) for it in expected)
    if isinstance(expected, float):
        return abs(told - expected) <= 1e-11 * max(1, abs(expected))
    if isinstance(expected, Decimal):
        # The client reads numbers as doubles, which keep 15 digits.
        return round(Decimal(repr(told)), 4) == round(expected, 4)
    return told == expected


async def main():
    assert len(QUESTIONS) == 40
    url = urlsplit(os.environ["SALESGRAPH_URL"])
    command = StdioServerParameters(
        command=os.environ["SALESGRAPH_BINARY"], args=["mcp", "--server-url", f"{url.scheme}://{url.netloc}"]
    )
    wrong = 0
    async with stdio_client(command) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        for question, (tool, arguments, figure), expected in QUESTIONS:
            told = (await session.call_tool(tool, arguments)).structured_content
            if "error" in told or not agree(figure(told), expected):
                wrong += 1
                answer = told if "error" in told else figure(told)
                print(f"{question}\n  expected {expected}\n  told     {answer}", file=sys.stderr)
    assert wrong == 0, f"{wrong} of {len(QUESTIONS)} answers are wrong"


asyncio.run(main())
