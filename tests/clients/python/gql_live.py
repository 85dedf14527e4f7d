"""gql over a WebSocket: the figures at once, and again when they change."""

import asyncio
import os

from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport
from pymongo import MongoClient

MODE = "gql"
FIGURES = 'kpis(filter: { shipMode: { eq: "gql" } }%s) { orderCount totalSales }'
LIVE = gql("subscription { %s }" % FIGURES % ", minInterval: 100")
ONCE = gql("{ %s }" % FIGURES % "")


def place_order():
    with MongoClient(os.environ["SALESGRAPH_MONGO"]) as client:
        orders = client["salesgraph"]["orders"]
        order = orders.find_one({"status": "completed"})
        orders.insert_one({**order, "_id": f"{MODE} {order['_id']}", "shipMode": MODE})


async def main():
    url = os.environ["SALESGRAPH_URL"].replace("http", "ws", 1)
    # It looks for the server's choice by capitals that HTTP does not know, so it is told.
    protocols = [WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
    transport = WebsocketsTransport(url=url, subprotocols=protocols)
    async with Client(transport=transport) as session:
        told = []
        async for answer in session.subscribe(LIVE):
            told.append(answer)
            if len(told) == 1:
                await asyncio.to_thread(place_order)
            else:
                break
        assert [answer["kpis"]["orderCount"] for answer in told] == [0, 1], told
        # The same socket takes queries.
        assert await session.execute(ONCE) == told[1]


asyncio.run(asyncio.wait_for(main(), 60))
