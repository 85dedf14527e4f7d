"""Salesgraph beside DuckDB and Polars: one dashboard, the same data, the same figures."""
