//! Where queries for nodes start.

use async_graphql::{Context, ID, Object, Result};

use super::{
    connection::Connection,
    customer::Customer,
    filter::{CustomerFilter, LocationFilter, OrderFilter, ProductFilter},
    id::parsed,
    location::Location,
    node::{self, Node},
    order::Order,
    page,
    product::Product,
    sort::{
        CustomerSortField, List, LocationSortField, NodeSort, OrderSort, ProductSortField, Sort,
    },
    window::Window,
};
use crate::{
    graphql::{client_error, request::State},
    store::{self, Condition, Entity},
};

/// Nodes that one query may ask for by id at once.
const MOST_IDS: usize = 1000;

/// The fields of the root that lead to nodes.
#[derive(Default)]
pub struct NodeFields;

#[Object]
impl NodeFields {
    /// The shop's orders, of any status, the newest first unless sorted otherwise; never null.
    #[expect(clippy::too_many_arguments, reason = "a connection's arguments")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<OrderFilter>,
        #[graphql(desc = "In which order, by the first key, then the second.")] sort: Option<
            Vec<OrderSort>,
        >,
        #[graphql(desc = "How many from the start, 1 to 1,000; without first and last, 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 1,000; not together with first.")]
        last: Option<i32>,
        #[graphql(desc = "Only those in front of this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Order>>> {
        let window = Window::new(first, after, last, before)?;
        let condition = filter.map_or(Condition::ALWAYS, Into::into);
        let orders = page::of_all(ctx, condition, List::of_orders(sort), window);
        orders.await.map(Some)
    }

    /// The shop's customers, by name unless sorted otherwise; never null.
    #[expect(clippy::too_many_arguments, reason = "a connection's arguments")]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<CustomerFilter>,
        #[graphql(desc = "In which order, by the first key, then the second.")] sort: Option<
            Vec<NodeSort<CustomerSortField>>,
        >,
        #[graphql(desc = "How many from the start, 1 to 1,000; without first and last, 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 1,000; not together with first.")]
        last: Option<i32>,
        #[graphql(desc = "Only those in front of this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Customer>>> {
        let window = Window::new(first, after, last, before)?;
        let condition = filter.map_or(Condition::ALWAYS, Into::into);
        let sort = Sort::of_nodes(
            store::Customer::COLLECTION,
            sort,
            CustomerSortField::Name,
            State::of(ctx).vocabulary(),
        )?;
        page::of_nodes(ctx, condition, sort, window).await.map(Some)
    }

    /// The shop's products, by name unless sorted otherwise; never null.
    #[expect(clippy::too_many_arguments, reason = "a connection's arguments")]
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<ProductFilter>,
        #[graphql(desc = "In which order, by the first key, then the second.")] sort: Option<
            Vec<NodeSort<ProductSortField>>,
        >,
        #[graphql(desc = "How many from the start, 1 to 1,000; without first and last, 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 1,000; not together with first.")]
        last: Option<i32>,
        #[graphql(desc = "Only those in front of this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Product>>> {
        let window = Window::new(first, after, last, before)?;
        let condition = filter.map_or(Condition::ALWAYS, Into::into);
        let sort = Sort::of_nodes(
            store::Product::COLLECTION,
            sort,
            ProductSortField::Name,
            State::of(ctx).vocabulary(),
        )?;
        page::of_nodes(ctx, condition, sort, window).await.map(Some)
    }

    /// The shop's locations, by country and city unless sorted otherwise; never null.
    #[expect(clippy::too_many_arguments, reason = "a connection's arguments")]
    async fn locations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<LocationFilter>,
        #[graphql(desc = "In which order, by the first key, then the second.")] sort: Option<
            Vec<NodeSort<LocationSortField>>,
        >,
        #[graphql(desc = "How many from the start, 1 to 1,000; without first and last, 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 1,000; not together with first.")]
        last: Option<i32>,
        #[graphql(desc = "Only those in front of this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Location>>> {
        let window = Window::new(first, after, last, before)?;
        let condition = filter.map_or(Condition::ALWAYS, Into::into);
        let sort = Sort::of_nodes(
            store::Location::COLLECTION,
            sort,
            LocationSortField::Country,
            State::of(ctx).vocabulary(),
        )?;
        page::of_nodes(ctx, condition, sort, window).await.map(Some)
    }

    /// An order by its global id; null when it is gone.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order's global id.")] id: ID,
    ) -> Result<Option<Order>> {
        node::by_id(ctx, &id).await
    }

    /// A customer by its global id; null when it is gone.
    async fn customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer's global id.")] id: ID,
    ) -> Result<Option<Customer>> {
        node::by_id(ctx, &id).await
    }

    /// A product by its global id; null when it is gone.
    async fn product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product's global id.")] id: ID,
    ) -> Result<Option<Product>> {
        node::by_id(ctx, &id).await
    }

    /// A location by its global id; null when it is gone.
    async fn location(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The location's global id.")] id: ID,
    ) -> Result<Option<Location>> {
        node::by_id(ctx, &id).await
    }

    /// Any node by its global id; null when it is gone.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The node's global id.")] id: ID,
    ) -> Result<Option<Node>> {
        let (kind, code) = parsed(&id)?;
        Node::find(ctx, kind, &code).await
    }

    /// Nodes by their global ids, in the same order; null in the place of one that is gone.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The nodes' global ids, at most 1,000.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST_IDS {
            return Err(client_error(format!(
                "ask for at most {MOST_IDS} ids at once"
            )));
        }
        State::of(ctx).allowance.take_list(ctx, ids.len())?;
        Node::find_all(ctx, &ids).await
    }
}
