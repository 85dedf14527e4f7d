/**
 * The schema's descriptions in French, by their English text: one that changes in
 * the schema is shown in English again, rather than wrongly in French.
 */
export const frenchDefinitions: Readonly<Record<string, string>> = {
  "What was sold at list prices, before discounts and returns, without tax and shipping.":
    "Ce qui a été vendu au prix catalogue, avant remises et retours, hors taxes et port.",
  "What was taken off the list prices of what was sold; null when no discount in scope is known.":
    "Ce qui a été retiré du prix catalogue de ce qui a été vendu ; absent quand aucune remise n’est connue.",
  "Value of what came back: of lines with a negative quantity, and of return records.":
    "Valeur de ce qui est revenu : lignes de quantité négative et retours enregistrés après coup.",
  "Gross sales less discounts and returns, before shipping and tax.":
    "Ventes brutes moins remises et retours, hors port et taxes.",
  "Tax charged; null when no line in scope has any.": "Taxes facturées ; absent quand aucune ligne n’en a.",
  "Shipping charged to customers; null when no line in scope has any.":
    "Port facturé aux clients ; absent quand aucune ligne n’en a.",
  "Total sales with shipping and tax: what customers pay; null when either is unknown.":
    "Ventes totales avec port et taxes : ce que paient les clients ; absent quand l’un des deux est inconnu.",
  "Discounts divided by gross sales; null when those are zero or no discount in scope is known.":
    "Remises divisées par les ventes brutes ; absent quand celles-ci sont nulles ou qu’aucune remise n’est connue.",
  "Cost of the goods that were sold and did not come back; null when no line in scope has one.":
    "Coût des marchandises vendues et non revenues ; absent quand aucune ligne n’en a.",
  "Share of the sales before returns that is on lines with a cost; null when nothing was sold.":
    "Part des ventes avant retours portée par des lignes dont le coût est connu ; absent si rien n’est vendu.",
  "Profit of the order lines, less that of what came back; null when no line in scope has one.":
    "Bénéfice des lignes de commande, moins celui de ce qui est revenu ; absent quand aucune ligne n’en a.",
  "Units that came back; null when things came back and nothing is known of their units.":
    "Unités revenues ; absent quand des retours ont eu lieu dont on ignore les unités.",
  "Units that came back, divided by the units sold before returns; null when either is unknown or nothing was sold.":
    "Unités revenues divisées par les unités vendues avant retours ; absent quand l’une est inconnue ou que rien n’est vendu.",
  "Total sales divided by the units sold; null when those are zero.":
    "Ventes totales divisées par les unités vendues ; absent quand celles-ci sont nulles.",
  "Total profit divided by total sales; null when sales are zero or profit is unknown.":
    "Bénéfice total divisé par les ventes totales ; absent quand les ventes sont nulles ou le bénéfice inconnu.",
  "Number of distinct orders, whatever the number of their lines.":
    "Nombre de commandes distinctes, quel que soit le nombre de leurs lignes.",
  "Total sales divided by the number of orders; null when there is no order.":
    "Ventes totales divisées par le nombre de commandes ; absent sans commande.",
  "Sum of the quantities; a return lowers it.": "Somme des quantités ; un retour la diminue.",
  "Number of order lines.": "Nombre de lignes de commande.",
  "Units sold divided by the number of orders; null when there is no order.":
    "Unités vendues divisées par le nombre de commandes ; absent sans commande.",
  "Units sold divided by the number of orders, under the name it has for a product; null when there is no order.":
    "Unités vendues divisées par le nombre de commandes, sous le nom que cela porte pour un produit ; absent sans commande.",
  "Number of distinct customers with an order in scope; orders without a customer are left out.":
    "Nombre de clients distincts ayant commandé ; les commandes sans client ne comptent pas.",
  "Of the customers in scope, those whose first order ever, whatever the filter, is in the period.":
    "Parmi ces clients, ceux dont la toute première commande, quel que soit le filtre, tombe dans la période.",
  "Of the customers in scope, those whose first order ever, whatever the filter, came before the period: all who are not new.":
    "Parmi les clients retenus, ceux dont la toute première commande, quel que soit le filtre, précède la période : tous ceux qui ne sont pas nouveaux.",
  "Orders that name a customer, divided by the number of customers; null when there is no customer.":
    "Commandes qui nomment un client, divisées par le nombre de clients ; absent sans client.",
  "Mean of the elapsed days over every pair of consecutive orders by one customer; null when nobody ordered twice.":
    "Moyenne des jours écoulés entre deux commandes consécutives d’un même client ; absent quand personne n’a commandé deux fois.",
  "Customers active in the period before and in this one, divided by those active in the period before; null without a bounded period or when nobody was active before.":
    "Clients actifs dans la période d’avant et dans celle-ci, divisés par ceux actifs dans la période d’avant ; absent sans période bornée ou quand personne n’était actif avant.",
  "Customers with two or more orders in scope, divided by the number of customers; null when there is no customer.":
    "Clients ayant passé au moins deux commandes, divisés par le nombre de clients ; absent sans client.",
  "Median over the customers with two or more orders in scope of the elapsed days from the first of these to the second; null when nobody ordered twice.":
    "Médiane, sur les clients ayant passé au moins deux commandes dans le périmètre, des jours écoulés de la première de celles-ci à la deuxième ; absent quand personne n’a commandé deux fois.",
  "Mean of the elapsed days from ordered to shipped, over the orders that have shipped; null when none has.":
    "Moyenne des jours écoulés de la commande à l’expédition, sur les commandes expédiées ; absent quand aucune ne l’est.",
  "The KPIs of every stretch of time from the first to the last of the scope, the empty ones with zeros. A bounded period is shown whole; otherwise the series reaches from the first order or return to the last.":
    "Les indicateurs de chaque intervalle, du premier au dernier, les vides valant zéro. Une période bornée est montrée entière ; sinon la série va de la première commande ou du premier retour au dernier.",
  "The buckets with the highest value of a KPI, ties by time, the earlier first.":
    "Les intervalles où l’indicateur est le plus haut ; à égalité, le plus ancien d’abord.",
  "Mean sales of the slot's occurrences over the mean sales of all occurrences, a ratio: 1.2 is a fifth above the average; null where the slot does not occur or nothing was sold.":
    "Ventes moyennes des occurrences du créneau, rapportées aux ventes moyennes de toutes : 1,2 est un cinquième au-dessus de la moyenne ; absent où le créneau ne se présente pas ou si rien n’est vendu.",
  "Customers by the time of their first order ever, and how many of them ordered in scope later on.":
    "Les clients selon la date de leur toute première commande, et combien d’entre eux ont commandé ensuite.",
  "Their share of the cohort's size, a ratio.": "Leur part dans l’effectif de la cohorte.",
  "How far the orders travel, as the crow flies from where they ship from to where they are delivered.":
    "Distance parcourue par les commandes, à vol d’oiseau, du lieu d’expédition au lieu de livraison.",
  "The measured orders by distance, from 0 to the longest way, in bars of one width.":
    "Les commandes mesurées selon leur distance, de 0 à la plus longue, en barres de même largeur.",
  "The mean over the measured orders, in kilometres; null where none could be measured.":
    "Moyenne sur les commandes mesurées, en kilomètres ; absent quand aucune n’a pu l’être.",
  "Half of the measured orders travel no further, in kilometres; null where none could be measured.":
    "La moitié des commandes mesurées ne va pas plus loin, en kilomètres ; absent quand aucune n’a pu être mesurée.",
  "90 % of the measured orders travel no further, in kilometres, interpolated linearly between orders; null where none could be measured.":
    "90 % des commandes mesurées ne vont pas plus loin, en kilomètres, par interpolation linéaire ; absent quand aucune n’a pu être mesurée.",
  "The longest way, in kilometres; null where none could be measured.":
    "La plus longue distance, en kilomètres ; absent quand aucune n’a pu être mesurée.",
  "Whether the order is its customer's first ever that counts, `new`, or a later one, `returning`: of several at the same instant the first is that of the smallest id. Missing without a customer.":
    "Si la commande est la toute première de son client qui compte, `new`, ou une suivante, `returning` ; de plusieurs au même instant, la première est celle du plus petit identifiant. Absent sans client.",
  "The share of the scope's total sales that this group and those that sell more make together, ties by value, a ratio; null on `others`, and when the sales are not above 0.":
    "Part des ventes totales que font ensemble ce groupe et ceux qui vendent davantage ; absent pour « tous les autres », et quand les ventes ne dépassent pas zéro.",
  "Its class after Pareto, by `cumulativeShare`; null where that is.":
    "Sa classe selon Pareto, d’après la part cumulée : A jusqu’à 80 % des ventes, B jusqu’à 95 %, C le reste.",
  "The KPIs of what the cohort's customers ordered in scope in that stretch, less what came back of theirs in it.":
    "Les indicateurs de ce que les clients de la cohorte ont commandé dans cet intervalle, moins ce qu’ils y ont retourné.",
  "The KPIs of what the cohort's customers ordered in scope up to the end of that stretch, counted together: lifetime value is `toDate { totalSales }` over the cohort's `size`. Each stretch is a pass of its own, for all cohorts at once.":
    "Les indicateurs de ce que les clients de la cohorte ont commandé jusqu’à la fin de cet intervalle : la valeur d’un client est leurs ventes divisées par l’effectif de la cohorte.",
  "Which products are on the same orders, each pair once: how often, and how much more often than by chance. A filter on products or categories keeps lines: only those that match make pairs. A scope whose orders hold more different pairs than one request may hold is refused with `QUERY_TOO_COMPLEX`, never cut short.":
    "Les produits réunis dans une même commande, chaque paire une fois : combien de fois, et combien plus souvent que par hasard. Un filtre sur les produits ou les catégories retient des lignes : seules celles qui correspondent forment des paires.",
  "The share of all orders in scope that hold both, a ratio.": "Support : part de toutes les commandes retenues qui contiennent les deux.",
  "The share of the orders with `product` that hold `otherProduct` too, a ratio.":
    "Confiance : part des commandes du premier produit qui contiennent aussi l’autre.",
  "How many times as many orders hold both as would if neither had to do with the other: `confidence` over the share of all orders that hold `otherProduct`. Above 1 they attract each other.":
    "Lift : combien de fois plus de commandes contiennent les deux que s’ils n’avaient rien à voir l’un avec l’autre. Au-dessus de 1, ils s’attirent.",
  "Customers by how recently they ordered in scope, how often and for how much, in eleven groups with the KPIs of each.":
    "Les clients selon la date de leur dernière commande, leur nombre de commandes et leurs ventes, en onze groupes avec les indicateurs de chacun.",
  "1 to 5; 5 for the fifth who ordered last.": "Récence, de 1 à 5 ; 5 pour le cinquième des clients qui a commandé en dernier.",
  "The mean of the scores for how often and for how much, a half rounded up; 1 to 5.":
    "Fréquence et montant, de 1 à 5 : la moyenne des deux notes, une demie arrondie vers le haut.",
  "Why a KPI is not what it was: its difference from a baseline, in parts that add up to it.":
    "Pourquoi un indicateur n’est plus ce qu’il était : son écart à une référence, en parts dont la somme est cet écart.",
  "The groups with the largest parts, whether up or down, ties by value; none where there is no difference to take apart.":
    "Les groupes aux plus grandes parts, en hausse comme en baisse ; aucun quand il n’y a pas d’écart à décomposer.",
  "The difference by what total sales are made of; null for every other KPI, and when the number of customers, of their orders or units, or their sales are not above 0 in both periods.":
    "L’écart selon ce dont les ventes sont faites ; absent pour tout autre indicateur, et quand clients, commandes, unités ou ventes ne dépassent pas zéro dans les deux périodes.",
  "The group's share of the scope's total sales, a ratio; null when those are 0.":
    "Part du groupe dans les ventes totales ; absent quand elles sont nulles.",
};
