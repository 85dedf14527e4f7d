//! The door: where requests come in. It is open before there is anything to answer.

use std::{fs, io, net, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::oneshot};

use super::{
    Failure,
    options::{Http, Serving},
    serve::listener,
    tls::Renewal,
};
use crate::{
    guard::Persisted,
    http::{self, Connections, Framing, Hosts, Listener, Reading},
    tls::Tls,
};

/// How long an answer that the shop is being read may take once it has been.
const GRACE: Duration = Duration::from_secs(1);

/// An address that is listened on, and how connections to it are made.
pub(super) struct Door {
    listener: net::TcpListener,
    pub connections: Connections,
    pub hosts: Hosts,
    pub framing: Framing,
    pub persisted: Persisted,
    pub tls: Option<Tls>,
    /// Where SQL will be answered. It is bound only: who knocks before the shop is there is
    /// told so at once, and need not wait.
    #[cfg(feature = "sql")]
    pub sql: Option<tokio::net::TcpSocket>,
    renewal: Option<Renewal>,
}

impl Door {
    /// Listens where the options say. What else can be wrong with them is looked for first:
    /// nothing has been started yet that a mistake would leave behind.
    pub async fn open(options: &Serving) -> Result<Self, Failure> {
        let persisted = persisted(&options.http)?;
        let Http {
            listen,
            allowed_host,
            frame_ancestors,
            max_connections,
            ..
        } = &options.http;
        let listener = listener("--listen", *listen).await?;
        #[cfg(feature = "sql")]
        let sql = super::sql::bound(&options.sql)?;
        #[cfg(not(feature = "sql"))]
        super::sql::none(&options.sql)?;
        let tls = super::tls::start(&options.tls).await?;
        let (tls, renewal) = tls.unzip();
        Ok(Self {
            listener: listener.into_std().map_err(Failure::runtime)?,
            connections: Connections {
                most: *max_connections,
                ..Connections::DEFAULT
            },
            hosts: Hosts::listening_on(*listen, allowed_host),
            framing: Framing::by(frame_ancestors),
            persisted,
            tls,
            #[cfg(feature = "sql")]
            sql,
            renewal,
        })
    }

    /// Where connections come from. Nobody else holds it any more: it is closed when the server
    /// stops.
    pub fn into_listener(self) -> Result<(Listener, Option<Renewal>), Failure> {
        Ok((self.listener()?, self.renewal))
    }

    fn listener(&self) -> Result<Listener, Failure> {
        let listener = self.listener.try_clone().and_then(TcpListener::from_std);
        let listener = listener.map_err(Failure::runtime)?;
        match &self.tls {
            Some(tls) => Listener::over_tls(listener, tls).map_err(Failure::runtime),
            None => Ok(listener.into()),
        }
    }

    /// As clients write it.
    pub fn address(&self) -> io::Result<String> {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        Ok(format!("{scheme}://{}", self.listener.local_addr()?))
    }

    /// Does what has to be done first, and tells who comes meanwhile how far it is.
    pub async fn until<T>(
        &self,
        reading: Arc<Reading>,
        read: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        let (hosts, framing) = (self.hosts.clone(), self.framing.clone());
        let router = http::reading(reading, hosts, framing);
        let (is_read, stop) = oneshot::channel::<()>();
        let stop = async { drop(stop.await) };
        let telling = http::serve(self.listener()?, router, self.connections, stop, GRACE);
        // It ends by itself, beside what answers from then on.
        tokio::spawn(telling);
        let done = read.await;
        drop(is_read);
        Ok(done)
    }
}

/// The documents that go by ids.
fn persisted(options: &Http) -> Result<Persisted, Failure> {
    let Some(path) = &options.persisted_documents else {
        if options.persisted_only {
            return Err(Failure::usage(
                "--persisted-only answers nothing without documents; give --persisted-documents, too",
            ));
        }
        return Ok(Persisted::default());
    };
    let named = |message: String| Failure::usage(format!("{}: {message}", path.display()));
    let text = fs::read_to_string(path)
        .map_err(|error| named(format!("the persisted documents cannot be read ({error})")))?;
    let persisted = Persisted::from_json(&text, options.limits());
    let persisted = persisted.map_err(|error| named(error.to_string()))?;
    Ok(if options.persisted_only {
        persisted.only()
    } else {
        persisted
    })
}
