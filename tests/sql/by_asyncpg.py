"""asyncpg: parameters in binary, and rows as a file."""

import asyncio
import io
import os

import asyncpg


async def main():
    connection = await asyncpg.connect(os.environ["SQL_URL"])
    best = await connection.fetch(
        """SELECT region, MEASURE(total_sales) AS sales FROM kpis
           WHERE category = $1 GROUP BY 1 ORDER BY 2 DESC LIMIT 2""",
        "Furniture",
    )
    assert best[0]["sales"] > best[1]["sales"] > 0, best
    file = io.BytesIO()
    query = "SELECT region, MEASURE(order_count) AS orders FROM kpis GROUP BY 1 ORDER BY 1"
    told = await connection.copy_from_query(query, output=file, format="csv", header=True)
    lines = file.getvalue().decode().splitlines()
    assert lines[0] == "region,orders", lines
    assert told == f"COPY {len(lines) - 1}", (told, lines)
    await connection.close()


asyncio.run(main())
