// Uses the generated types as an application does; tsc checks it, nothing runs it.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { NodeByIdDocument, OrdersPageDocument, SalesDocument } from "./__generated__/client/graphql";
import type { OrdersPageQuery, OrdersPageQueryVariables } from "./__generated__/operations";
import type { Customer, Kpis, Order } from "./__generated__/schema";

declare function ask<R, V>(document: TypedDocumentNode<R, V>, variables: V): R;

const page: OrdersPageQueryVariables = {
  first: 50,
  filter: { status: { in: ["completed"] }, not: { customer: { isMissing: true } } },
};
const { orders } = ask(OrdersPageDocument, page);
export const sales: number[] =
  orders?.edges?.flatMap((edge) => (edge?.node ? [edge.node.totals.sales] : [])) ?? [];

// Either operations plugin gives the same shape.
export const same: OrdersPageQuery["orders"] = orders;

// A period is exactly one of its fields, and the types say so.
export const months = ask(SalesDocument, { filter: { period: { year: 2025 } } }).kpis.timeSeries;
// @ts-expect-error: two of them
ask(SalesDocument, { filter: { period: { year: 2025, month: "2025-01" } } });

const { node } = ask(NodeByIdDocument, { id: "opaque" });
export const label: string | null | undefined =
  node && "city" in node ? node.city : node && "name" in node ? node.name : node?.id;

// What is there is never null; what may be missing is.
export const known: [Order["code"], Customer["name"], Kpis["totalSales"]] = ["O-1", "Ada", 12.5];
export const unknown: [Order["shippedAt"], Customer["segment"], Kpis["averageBasket"]] = [null, null, null];
