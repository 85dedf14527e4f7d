//! Who asks: the start of a connection.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;
use chrono_tz::Tz;
use datafusion::prelude::SessionContext;
use datafusion_postgres::pgwire::{
    api::{
        ClientInfo, ConnectionGuard, ConnectionHandle, ConnectionManager, METADATA_DATABASE,
        PgWireConnectionState, PidSecretKeyGenerator, RandomPidSecretKeyGenerator,
        auth::{
            DefaultServerParameterProvider, StartupHandler, finish_authentication,
            protocol_negotiation, save_startup_parameters_to_metadata,
        },
    },
    error::{ErrorInfo, PgWireError, PgWireResult},
    messages::{PgWireBackendMessage, PgWireFrontendMessage, startup::Authentication},
};
use futures::{Sink, SinkExt};

use super::{
    connection::Connection,
    context::{DATABASE, set_zone},
    refusal::Refusal,
    statements::show,
};

/// The key under which a client names its zone when it connects.
const TIME_ZONE: &str = "TimeZone";

/// What SHOW tells that the library does not know, and tools ask for.
const SHOWN: [(&str, &str); 5] = [
    ("client_encoding", "UTF8"),
    ("default_transaction_read_only", "on"),
    ("max_identifier_length", "63"),
    ("server_version_num", "160006"),
    ("standard_conforming_strings", "on"),
];

/// What lets clients in.
pub struct Startup {
    pub connection: Arc<Connection>,
    /// What its statements are planned in.
    pub context: Arc<SessionContext>,
    /// Knows the connections that can be told to cancel.
    pub manager: Arc<ConnectionManager>,
    /// Whether what comes over an open line is refused.
    pub needs_tls: bool,
    /// Whether there is room for one more client.
    pub has_room: bool,
}

#[async_trait]
impl StartupHandler for Startup {
    async fn on_startup<C>(
        &self,
        client: &mut C,
        message: PgWireFrontendMessage,
    ) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        match message {
            PgWireFrontendMessage::Startup(ref startup) => {
                protocol_negotiation(client, startup).await?;
                save_startup_parameters_to_metadata(client, startup);
                database(client)?;
                if self.needs_tls && !client.is_secure() {
                    return Err(no_tls().fatal());
                }
                if !self.has_room {
                    return Err(no_room().fatal());
                }
                if self.connection.is_open() {
                    return self.let_in(client, None).await;
                }
                client.set_state(PgWireConnectionState::AuthenticationInProgress);
                let ask = PgWireBackendMessage::Authentication(Authentication::CleartextPassword);
                client.send(ask).await?;
                Ok(())
            }
            PgWireFrontendMessage::PasswordMessageFamily(password) => {
                let key = password.into_password()?.password;
                self.let_in(client, Some(key)).await
            }
            _ => Ok(()),
        }
    }
}

impl Startup {
    async fn let_in<C>(&self, client: &mut C, key: Option<String>) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let shops = self.connection.open(key).await.map_err(Refusal::fatal)?;
        let mut said = client.metadata().iter();
        let zone = said.find(|(name, _)| name.eq_ignore_ascii_case(TIME_ZONE));
        let zone: Tz = match zone {
            Some((_, zone)) => zone.parse().map_err(|_| no_zone(zone).fatal())?,
            None => shops,
        };
        let set = set_zone(&self.connection, &self.context, zone).await;
        set.map_err(Refusal::fatal)?;
        let (id, secret) = RandomPidSecretKeyGenerator::default().generate(client);
        client.set_pid_and_secret_key(id, secret.clone());
        let (handle, guard) = self.manager.register(id, secret);
        let extensions = client.session_extensions();
        extensions.insert::<Arc<ConnectionHandle>>(handle);
        extensions.insert::<ConnectionGuard>(guard);
        let zone = zone.name().to_owned();
        for (name, value) in SHOWN.into_iter().chain([("timezone", zone.as_str())]) {
            show(client.metadata_mut(), name, value);
        }
        let mut parameters = DefaultServerParameterProvider::default();
        parameters.time_zone = zone;
        parameters.is_superuser = false;
        parameters.default_transaction_read_only = true;
        finish_authentication(client, &parameters).await
    }
}

/// There is one database, which tools ask their questions about the catalogue by the name of.
fn database(client: &impl ClientInfo) -> PgWireResult<()> {
    match client.metadata().get(METADATA_DATABASE) {
        Some(name) if name != DATABASE => Err(Refusal::new(
            "3D000",
            format!("there is no database \"{name}\": connect to \"{DATABASE}\""),
        )
        .fatal()),
        _ => Ok(()),
    }
}

fn no_tls() -> Refusal {
    Refusal::new(
        "28000",
        "this server takes connections over TLS only: connect with sslmode=require or better",
    )
}

fn no_room() -> Refusal {
    Refusal::new(
        "53300",
        "too many clients are connected; close some connections, or try again later",
    )
}

/// A name that is no zone's.
pub fn no_zone(name: &str) -> Refusal {
    Refusal::bad_value(format!(
        "`{name}` is no time zone: take an IANA name, such as Europe/Paris"
    ))
}

impl Refusal {
    /// The refusal of a connection, which ends.
    pub fn fatal(self) -> PgWireError {
        let (state, message) = self.parts();
        PgWireError::UserError(Box::new(ErrorInfo::new("FATAL".to_owned(), state, message)))
    }
}
