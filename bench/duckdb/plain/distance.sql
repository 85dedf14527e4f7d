WITH places AS (
    SELECT location, radians(latitude) AS latitude, radians(longitude) AS longitude
    FROM locations
),
distances AS (
    SELECT
        2 * 6371.0088 * asin(sqrt(
            pow(sin((place.latitude - origin.latitude) / 2), 2)
            + cos(origin.latitude) * cos(place.latitude)
            * pow(sin((place.longitude - origin.longitude) / 2), 2)
        )) AS km
    FROM orders
    LEFT JOIN places AS origin ON origin.location = ship_from
    LEFT JOIN places AS place ON place.location = ship_to
    WHERE status NOT IN ('cancelled', 'unavailable') AND {orders}
)
SELECT
    count(km) AS "measuredOrderCount",
    count(*) - count(km) AS "unmeasuredOrderCount",
    avg(km) AS mean,
    max(km) AS maximum,
    quantile_cont(km, 0.5) AS median,
    quantile_cont(km, 0.9) AS percentile90
FROM distances
