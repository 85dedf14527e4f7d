-- A shop has far fewer routes than orders: percentiles are found by running counts.
WITH routes AS (
    SELECT ship_from, ship_to, count(*) AS orders
    FROM scope
    GROUP BY ship_from, ship_to
),
distances AS (
    SELECT
        orders,
        2 * 6371.0088 * asin(sqrt(
            pow(sin((place.latitude - origin.latitude) / 2), 2)
            + cos(origin.latitude) * cos(place.latitude)
            * pow(sin((place.longitude - origin.longitude) / 2), 2)
        )) AS km
    FROM routes
    LEFT JOIN locations AS origin ON origin.location = ship_from
    LEFT JOIN locations AS place ON place.location = ship_to
),
measured AS (
    SELECT km, orders, sum(orders) OVER (ORDER BY km ROWS UNBOUNDED PRECEDING) AS upto
    FROM distances
    WHERE km IS NOT NULL
),
ranks AS (
    SELECT 0.5::DOUBLE * (sum(orders) - 1) AS half, 0.9::DOUBLE * (sum(orders) - 1) AS most
    FROM measured
),
nearest AS (
    SELECT
        sum(orders) AS "measuredOrderCount",
        sum(km * orders) / sum(orders) AS mean,
        max(km) AS maximum,
        min(km) FILTER (upto > floor(half)) AS below_half,
        min(km) FILTER (upto > ceil(half)) AS above_half,
        min(km) FILTER (upto > floor(most)) AS below_most,
        min(km) FILTER (upto > ceil(most)) AS above_most
    FROM measured, ranks
)
SELECT
    coalesce("measuredOrderCount", 0) AS "measuredOrderCount",
    (SELECT coalesce(sum(orders), 0) FROM distances WHERE km IS NULL) AS "unmeasuredOrderCount",
    mean,
    maximum,
    below_half + (above_half - below_half) * (half - floor(half)) AS median,
    below_most + (above_most - below_most) * (most - floor(most)) AS percentile90
FROM nearest, ranks
