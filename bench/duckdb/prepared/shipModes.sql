SELECT
    ship_mode AS value0,
    sum(sales) AS "totalSales",
    count(*) AS "orderCount",
    sum(epoch_ms(shipped_at) - epoch_ms(ordered_at)) / count(shipped_at) / 86_400_000
        AS "averageShippingDays"
FROM scope
GROUP BY ship_mode
ORDER BY "totalSales" DESC
