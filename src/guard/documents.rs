//! Documents that have been parsed lately.
//!
//! An app asks its few documents over and over, with other variables each time.

use std::sync::Arc;

use async_graphql::parser::{parse_query, types::ExecutableDocument};
use quick_cache::{Weighter, sync::Cache};

use super::Rejection;

/// Bytes of all the queries whose documents are kept: dozens of dashboards. The documents of
/// the densest queries are 250 times as large, which makes 32 MB.
const BYTES: u64 = 128 * 1024;
/// Documents that are expected, for the table to start with.
const DOCUMENTS: usize = 64;

/// Documents by their text.
#[derive(Debug)]
pub(super) struct Documents(Cache<String, Arc<ExecutableDocument>, ByLength>);

#[derive(Clone, Debug)]
struct ByLength;

impl Weighter<String, Arc<ExecutableDocument>> for ByLength {
    fn weight(&self, query: &String, _: &Arc<ExecutableDocument>) -> u64 {
        query.len() as u64
    }
}

impl Documents {
    pub fn new() -> Self {
        Self(Cache::with_weighter(DOCUMENTS, BYTES, ByLength))
    }

    /// The query's document; its brackets have been counted already.
    pub fn parsed(&self, query: &str) -> Result<Arc<ExecutableDocument>, Rejection> {
        let parse = || parse_query(query).map(Arc::new);
        self.0
            .get_or_insert_with(query, parse)
            .map_err(Rejection::Syntax)
    }
}
