// The shop's own database, to change what the server tells of.
import { MongoClient } from "mongodb";

/** Places an order that ships in its own way, as one that is there already. */
export async function placeOrder(shipMode) {
  const client = new MongoClient(process.env.SALESGRAPH_MONGO);
  try {
    const orders = client.db("salesgraph").collection("orders");
    const { _id, ...order } = await orders.findOne({ status: "completed" });
    await orders.insertOne({ ...order, _id: `${shipMode} ${_id}`, shipMode });
  } finally {
    await client.close();
  }
}
