//! A client that says whatever a test wants, which no library would.

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        handshake::client::Request,
        http::{HeaderValue, StatusCode, header},
    },
};

use super::soon;

/// A socket to a server's `/graphql`.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What a server says.
#[derive(Debug, PartialEq)]
pub enum Heard {
    Message(Value),
    Close(u16, String),
}

/// The handshake of a client that speaks the protocol, with other headers.
fn handshake(url: &str, headers: &[(&'static str, &str)]) -> Request {
    let url = format!("{}/graphql", url.replacen("http", "ws", 1));
    let mut request = url.into_client_request().unwrap();
    let own = request.headers_mut();
    let protocol = HeaderValue::from_static("graphql-transport-ws");
    own.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    for (name, value) in headers {
        own.insert(*name, value.parse().unwrap());
    }
    request
}

impl Socket {
    /// Opens a socket; the status that it is refused with.
    pub async fn open(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, StatusCode> {
        match connect_async(handshake(url, headers)).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Opens a socket and initialises it.
    pub async fn ready(url: &str, payload: Value) -> Self {
        let mut socket = Self::open(url, &[]).await.unwrap();
        socket.init(payload).await;
        assert_eq!(socket.message().await["type"], "connection_ack");
        socket
    }

    pub async fn say(&mut self, message: Value) {
        self.say_text(&message.to_string()).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub async fn init(&mut self, payload: Value) {
        let message = json!({ "type": "connection_init", "payload": payload });
        self.say(message).await;
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        let payload = json!({ "query": query });
        self.say(json!({ "id": id, "type": "subscribe", "payload": payload }))
            .await;
    }

    /// The next message or the end, which come within half a minute.
    pub async fn hear(&mut self) -> Heard {
        loop {
            match soon(self.0.next()).await {
                Some(Ok(Message::Text(text))) => {
                    return Heard::Message(serde_json::from_str(&text).unwrap());
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Heard::Close(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => return Heard::Close(0, format!("{other:?}")),
            }
        }
    }

    /// Waits until the server has asked so many times whether anybody is there, and says so
    /// each time.
    pub async fn pinged(&mut self, times: usize) {
        for _ in 0..times {
            let heard = soon(self.0.next()).await;
            assert!(matches!(heard, Some(Ok(Message::Ping(_)))), "{heard:?}");
        }
    }

    pub async fn message(&mut self) -> Value {
        match self.hear().await {
            Heard::Message(message) => message,
            Heard::Close(code, reason) => panic!("closed with {code}: {reason}"),
        }
    }

    /// The code that the socket is closed with; what is said before does not count.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Heard::Close(code, _) = self.hear().await {
                return code;
            }
        }
    }
}
