//! The words for what a shop has, in English, French, German and Spanish.

use super::names::Meaning;

/// What is no quantity or amount of the sale itself.
const OTHER_AMOUNTS: &str = "cancel, cancelled, canceled, refund, refunded, return, returned, open, stock, shipped, \
      ship, invoiced, backordered, min, max, available, reserved, paid, due, weight, count, \
      points, storniert, retour, bestand, lager, annule, rembourse, devuelto, inventory";
const NOT_OF_THE_ORDER: &str = "updated, update, modified, deleted, delivered, delivery, shipped, ship, shipping, paid, \
      payment, cancelled, canceled, cancel, due, expire, expires, closed, processed, birth, \
      login, end, refunded, returned, geliefert, bezahlt, geandert, storniert, livraison, \
      paiement, modifie, annule, envio, pago, liefer, lieferdatum, versanddatum, versand, \
      expedition, expediee, entrega, completed, confirmed, invoice, added";

pub const ORDERS: Meaning = Meaning::new(
    "orders, sales orders, customer orders, shop orders, sales, bestellungen, bestellung, \
      auftrage, auftrag, commandes, pedidos, ventes, ventas, verkaufe, purchases, \
      transactions, invoices, rechnungen, factures, facturas, checkouts, tickets, receipts",
    "cart, carts, return, returns, refund, refunds, payment, payments, status, statuses, \
      log, logs, history, draft, quote, quotes, template, counter, archive",
);
pub const LINES: Meaning = Meaning::new(
    "order items, line items, order lines, items, lines, positions, products, articles, \
      positionen, artikel, lignes, articulos, lineas, details, produkte, produits, productos, \
      cart, entries",
    "shipping, tax, fee, coupon, discount, refund, return, returns, review",
);
pub const PRODUCTS: Meaning = Meaning::new(
    "products, articles, artikel, produkte, produits, productos, articulos, catalog, \
      catalogue, items, goods, waren, skus, variants, inventory",
    "review, reviews, text, texts, category, categories, order, tag, price",
);
pub const CUSTOMERS: Meaning = Meaning::new(
    "customers, clients, kunden, clientes, users, accounts, buyers, members, utilisateurs, \
      usuarios, benutzer, acheteurs, compradores, contacts, people, kunde",
    "address, group, groups, role, roles, order, orders, session, token",
);

pub const ORDER_KEY: Meaning = Meaning::new(
    "order id, order number, order no, order, bestell id, bestellnummer, bestellung, \
      bestellnr, auftragsnummer, auftrag, auftragsnr, commande id, numero commande, commande, \
      pedido id, numero pedido, pedido, invoice no, invoice number, invoice, invoice id, \
      rechnungsnummer, sale id, transaction id, receipt",
    "date, status, item, line, type, total, payment, amount",
);
pub const LINE_ORDER: Meaning = Meaning::new(
    "row id, line id, line number, line no, position, row, line, zeile, zeilennummer, ligne, \
      linea, sequence, sort",
    "items, total",
);
pub const ORDERED_AT: Meaning = Meaning::new(
    "ordered at, order date, ordered, ordered on, order time, placed at, order placed, \
      bestelldatum, bestellt am, auftragsdatum, kaufdatum, date commande, date de commande, \
      commande le, fecha pedido, fecha de pedido, fecha compra, purchase date, purchased at, \
      sale date, sold at, invoice date, transaction date, date achat, date vente, fecha \
      venta, created at, created on, date created, created, creation date, erstellt am, \
      erstellt, angelegt, cree le, date creation, creado, creado en, fecha creacion, fecha, \
      datum, date, timestamp, time, zeitpunkt",
    NOT_OF_THE_ORDER,
);
pub const SHIPPED_AT: Meaning = Meaning::new(
    "shipped at, ship date, shipped date, shipping date, shipped, shipped on, dispatched at, \
      fulfilled at, versanddatum, versendet am, verschickt am, date expedition, expedie le, \
      expediee le, fecha envio, enviado, delivered at, delivered, delivery date, lieferdatum, \
      geliefert am, date livraison, livre le, fecha entrega",
    "estimated, expected, due, requested, by",
);
pub const STATUS: Meaning = Meaning::new(
    "order status, status, state, order state, bestellstatus, zustand, statut, etat, estado, \
      order status id, status id, status code, financial status",
    "payment, shipping, ship, shipment, delivery, address, fulfillment, tax, refund, result, \
      province, billing, item, versand, zahlung, paiement, livraison, pago, envio",
);
pub const SHIP_MODE: Meaning = Meaning::new(
    "ship mode, shipping method, shipment method name, shipment method, shipping mode, \
      delivery method, shipping class, versandart, lieferart, mode livraison, mode de \
      livraison, metodo envio, metodo de envio, carrier",
    "id, price, cost, total, currency",
);
pub const CURRENCY: Meaning = Meaning::new(
    "currency code, currency, order currency, customer currency code, wahrung, waehrung, \
      devise, monnaie, moneda",
    "rate, symbol",
);
pub const RATE: Meaning = Meaning::new(
    "currency rate, exchange rate, conversion rate, rate, wechselkurs, kurs, taux de change, \
      taux, tasa de cambio, tipo de cambio",
    "tax, vat, discount, shipping",
);
pub const ORDER_DISCOUNT: Meaning = Meaning::new(
    "discount amount, total discounts, discount total, order discount, discounts, discount \
      price, discount, sub total discount, coupon amount, coupon discount, rabatt, \
      gesamtrabatt, rabattbetrag, nachlass, remise, reduction, montant remise, descuento",
    "rate, percent, percentage, type, code, id, incl, prozent, tax, shipping",
);
pub const TAX: Meaning = Meaning::new(
    "total tax, order tax, tax amount, tax price, taxes, tax, tax total, vat, vat amount, \
      mwst, mehrwertsteuer, steuer, ust, steuerbetrag, tva, montant tva, taxe, iva, impuesto, \
      impuestos",
    "rate, excl, incl, exempt, id, class, percent, included, lines, shipping, taxable, cart, \
      discount, satz, taux",
);
pub const SHIPPING: Meaning = Meaning::new(
    "shipping price, shipping amount, shipping cost, shipping total, total shipping, \
      shipping fee, order shipping, shipping, delivery fee, delivery cost, delivery charge, \
      freight, postage, versandkosten, versand, lieferkosten, porto, frais de port, frais \
      port, frais livraison, frais de livraison, gastos de envio, gastos envio, envio",
    "tax, incl, discount, status, method, id, address, date, class, mode",
);
pub const ORDER_TOTAL: Meaning = Meaning::new(
    "total price, order total, grand total, total amount, total, amount, gesamtbetrag, \
      gesamtsumme, summe, bestellsumme, montant total, total ttc, importe total, paid amount",
    "tax, discount, discounts, shipping, refunded, items, weight, due, tip",
);

pub const QUANTITY: Meaning = Meaning::new(
    "quantity, qty, quantity ordered, qty ordered, ordered quantity, units, unit count, \
      pieces, menge, anzahl, stuckzahl, stueckzahl, stuck, bestellmenge, quantite, quantites, \
      qte, nombre, cantidad, cant, unidades, number of items",
    OTHER_AMOUNTS,
);
pub const CANCELLED_QUANTITY: Meaning = Meaning::new(
    "cancel qty, cancelled quantity, canceled quantity, qty canceled, qty cancelled, cancel \
      quantity, stornierte menge, quantite annulee, cantidad cancelada",
    "",
);
pub const CANCELLED_AMOUNT: Meaning = Meaning::new(
    "cancel amount, cancelled amount, canceled amount, stornobetrag, montant annule, importe \
      cancelado",
    "",
);
pub const UNIT_PRICE: Meaning = Meaning::new(
    "unit price, price each, item price, price per unit, price, selling price, sale price, \
      einzelpreis, stuckpreis, stueckpreis, preis, verkaufspreis, prix unitaire, prix, precio \
      unitario, precio, unit amount, pu, list price",
    "tax, shipping, ship, delivery, discount, cost, compare, old, original, total, gesamt, \
      incl, ttc, brutto, einkauf, set, rabatt, id, currency",
);
pub const LINE_TOTAL: Meaning = Meaning::new(
    "line total, row total, total price, subtotal, sub total, line amount, extended price, \
      total, sales, revenue, amount, price, turnover, gesamtpreis, zeilensumme, zeilenbetrag, \
      positionssumme, summe, betrag, umsatz, gesamt, netto, montant, prix total, total ht, \
      total ligne, importe, precio total, ingresos",
    "tax, shipping, discount, cost, cancel, refund, refunded, unit, compare, incl, ttc, \
      profit, einzelpreis, rate, unitaire, unitario, currency, id",
);
pub const LINE_DISCOUNT: Meaning = Meaning::new(
    "discount amount, total discount, line discount, discount, discounts, rabatt, \
      rabattbetrag, nachlass, remise, reduction, descuento",
    "incl, tax, code, id, type, allocations, title",
);
pub const UNIT_COST: Meaning = Meaning::new(
    "unit cost, product cost, cost price, cost, original product cost, cost of goods, \
      purchase price, einkaufspreis, selbstkosten, kosten, prix achat, prix de revient, cout, \
      coste, costo, precio compra",
    "shipping, delivery, total, tax",
);
pub const PROFIT: Meaning = Meaning::new(
    "profit, gross profit, margin, gewinn, deckungsbeitrag, marge, benefice, ganancia, \
      margen",
    "rate, percent, percentage",
);

pub const PRODUCT_KEY: Meaning = Meaning::new(
    "product id, product, article id, artikel id, artikelnummer, artikelnr, artikel, produkt \
      id, produktnummer, produkt, produit id, produit, producto id, producto, articulo id, \
      articulo, article, item id, sku, product code, product sku, asin, stock code, \
      reference, variant id, item, ref",
    "type, vendor, name, category, cost, price, tax, original, order, image, quantity, \
      exists, title, guid, class",
);
pub const PRODUCT_NAME: Meaning = Meaning::new(
    "product name, name, title, product title, item name, bezeichnung, artikelname, \
      produktname, titel, nom, nom produit, libelle, designation, titre, nombre, titulo, \
      denominacion, description, beschreibung, descripcion, label",
    "file, user, vendor, brand, category, variant, short, meta, seo, customer",
);
pub const CATEGORY: Meaning = Meaning::new(
    "category, category name, product category, product type, category id, kategorie, \
      warengruppe, produktgruppe, categorie, famille, rayon, categoria, familia, department, \
      collection, product group, group, tags, type, typ",
    "sub, slug, display, sequence",
);
pub const SUB_CATEGORY: Meaning = Meaning::new(
    "sub category, subcategory, subcategory name, unterkategorie, sous categorie, \
      subcategoria",
    "",
);

pub const CUSTOMER_KEY: Meaning = Meaning::new(
    "customer id, customer, user id, user, account id, account, client id, client, buyer id, \
      buyer, kunden id, kundennummer, kundennr, kunde, kunde id, cliente id, cliente, \
      acheteur, comprador, member id, usuario, utilisateur, benutzer, customer number, \
      customer no",
    "name, currency, group, note, type, agent, ip, tax, status, address, locale, order, \
      comment",
);
pub const EMAIL: Meaning = Meaning::new(
    "email, e mail, mail, email address, customer email, emailadresse, courriel, correo, \
      correo electronico, contact email",
    "verified, sent, status",
);
pub const CUSTOMER_NAME: Meaning = Meaning::new(
    "customer name, full name, display name, name, kundenname, nom complet, nom, nombre \
      completo, nombre, company, firma, last name, nachname, username, user name, email, \
      mail, courriel, correo",
    "file, product, group, role, street, city",
);
pub const SEGMENT: Meaning = Meaning::new(
    "segment, customer segment, customer group, customer type, kundengruppe, kundentyp, \
      segment client, groupe client, type client, grupo cliente, tipo cliente, tier",
    "",
);
pub const CUSTOMER_SINCE: Meaning = Meaning::new(
    "created at, created, registered at, registration date, created on, date created, signup \
      date, joined at, erstellt am, registriert am, cree le, date creation, date inscription, \
      creado, fecha alta",
    "updated, order, last",
);

pub const COUNTRY: Meaning = Meaning::new(
    "country, country name, country code, land, pays, pais, country id, land code, code \
      pays, laendercode",
    "phone, origin",
);
pub const REGION: Meaning = Meaning::new("region, gebiet, area, zone", "time, tax");
pub const STATE: Meaning = Meaning::new(
    "state, province, state name, county, bundesland, departement, provincia, province code",
    "order, payment",
);
pub const CITY: Meaning = Meaning::new(
    "city, town, stadt, ort, wohnort, ville, ciudad, localidad, city name",
    "birth",
);
pub const POSTAL_CODE: Meaning = Meaning::new(
    "postal code, zip code, zip, postcode, postal, zip postal code, plz, postleitzahl, code \
      postal, cp, codigo postal",
    "",
);
/// Where goods go, among addresses.
pub const SHIP_TO: &str = "ship, deliver, liefer, versand, livraison, envio, entrega";
pub const BILL_TO: &str = "bill, rechnung, factur, pay";

/// Flags and dates of documents that are no orders.
pub const NOT_AN_ORDER: Meaning = Meaning::new(
    "is test, test, test order, deleted, is deleted, deleted at, is draft, draft, geloscht, \
      geloescht, entwurf, supprime, brouillon, eliminado, borrador, trashed, is cart",
    "",
);
/// Statuses that a flag or a date sets, the strongest first.
pub const STATUS_FLAGS: [(&str, Meaning); 4] = [
    (
        "cancelled",
        Meaning::new(
            "cancelled at, canceled at, is cancelled, is canceled, cancelled, canceled, storniert \
      am, storniert, annulee le, annulee, annule, cancelado",
            "quantity, qty, amount, reason",
        ),
    ),
    (
        "delivered",
        Meaning::new(
            "is delivered, delivered, delivered at, geliefert, livree, livre, entregado",
            "",
        ),
    ),
    (
        "shipped",
        Meaning::new(
            "is shipped, shipped, shipped at, versendet, expediee, expedie, enviado",
            "",
        ),
    ),
    (
        "paid",
        Meaning::new(
            "is paid, paid, paid at, bezahlt, bezahlt am, payee, paye, pagado",
            "amount",
        ),
    ),
];
/// What statuses begin with whose orders do not count.
pub const CANCELLED: &str = "cancel, storn, annul, reject, void, declin, fail, abgelehnt, abgebrochen, refus, \
      rechaz, abandon, expired, \
      cart, basket, draft, trash";
/// What values begin with that are no real ones.
pub const TESTS: &str = "test, dummy, demo, sandbox";
/// Several shops in one database.
pub const TENANT: Meaning = Meaning::new(
    "shop id, tenant id, tenant, shop, merchant id, merchant, vendor id, seller id, store \
      id, boutique, tienda, mandant",
    "name, url",
);
/// Languages of texts.
pub const LOCALE: Meaning = Meaning::new(
    "locale, language, lang, sprache, langue, idioma, language code",
    "",
);
/// Refunds and goods that came back.
pub const RETURNS: Meaning = Meaning::new(
    "refunds, returns, merchandise return, credit memos, credit notes, ruckgaben, retouren, \
      retoure, gutschriften, erstattungen, remboursements, retours, avoirs, devoluciones, \
      reembolsos",
    "status",
);

/// What rows of a calculation are called: `{ category: "ITEM", amount }`.
pub const ROW_KIND: Meaning = Meaning::new(
    "category, type, kind, code, art, typ, categorie, tipo",
    "base",
);
pub const ROW_AMOUNT: Meaning = Meaning::new(
    "amount, value, total, price, betrag, wert, montant, importe",
    "tax, rate",
);
pub const ROW_ITEM: &str = "item, product, article, artikel, position, produit, producto, good";
pub const ROW_DISCOUNT: &str = "discount, rabatt, coupon, remise, descuento, promo";
pub const ROW_TAX: &str = "tax, vat, mwst, steuer, tva, iva, impuesto";
pub const ROW_SHIPPING: &str = "deliver, ship, versand, freight, livraison, envio, porto";
/// Kinds of payments and their statuses that mean money given back.
pub const RETURNED: &str = "refund, return, chargeback, erstatt, retour, rembours, reembols, devol";
/// What collections of payments, and the fields that lead there, have in their names.
pub const PAYMENTS: &str = "pay, charge, transaction, zahlung, paiement, pago";
/// When a payment went back: what was changed last in it.
pub const PAID_BACK_AT: Meaning = Meaning::new(
    "refunded at, refunded, refund date, returned at, erstattet am, rembourse le, updated at, \
      updated, updated on, modified, modified at, date modified, geandert am, modifie le",
    "",
);
/// Texts that mean a truth.
pub const YES: &str = "yes, y, true, ja, oui, si, sí, 1";
pub const RETURNED_AT: Meaning = Meaning::new(
    "returned at, refunded at, return date, refund date, returned on, refunded on, retour am, \
      erstattet am, rembourse le, fecha devolucion, created at, created on, created, date, \
      date created, processed at, updated at, updated, erstellt am, cree le, creado, fecha",
    "",
);
/// Where a return names the line that it is of.
pub const LINE_KEY: Meaning = Meaning::new(
    "order item id, line item id, order line id, line id, item id, position id, positions id, \
      order item, line item, ligne id, linea id",
    "",
);
