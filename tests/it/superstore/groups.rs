//! Products, dimensions, cities, ship modes.

use super::{MEASURES, WINDOWS, assert_close, assert_exact, assert_measures, list, superstore};

#[tokio::test]
async fn products() {
    let Some(shop) = superstore().await else {
        return;
    };
    let lists = [
        ("productsTop20ByRevenue", "orderBy: TOTAL_SALES, first: 20"),
        ("productsTop20ByQuantity", "orderBy: UNITS_SOLD, first: 20"),
        (
            "productsBottom10ByProfit",
            "orderBy: TOTAL_PROFIT, direction: ASC, first: 10",
        ),
    ];
    for (window, filter) in WINDOWS {
        for (figure, arguments) in lists {
            let selection = format!(
                "breakdown(by: PRODUCT, {arguments}) {{ rows {{ key {{ value label }} kpis {{ {MEASURES} averageQuantityPerOrder }} }} }}"
            );
            let kpis = shop.kpis(filter, &selection).await;
            let ours = list(&kpis["breakdown"]["rows"]);
            let theirs = list(&shop.window(window)[figure]);
            assert_eq!(ours.len(), theirs.len());
            for (ours, theirs) in ours.iter().zip(theirs) {
                let what = format!("{window} {figure} {}", theirs["product"]);
                let key = &ours["key"][0];
                assert_eq!(key["value"], theirs["product"], "{what}");
                assert_measures(&ours["kpis"], theirs, &what);
                let average = &theirs["averageQuantityPerOrder"];
                assert_close(&ours["kpis"]["averageQuantityPerOrder"], average, &what);
                if let Some(names) = theirs["names"].as_array() {
                    // The file keeps the white space around a name, the import does not.
                    let label = key["label"].as_str().unwrap();
                    assert!(
                        names.iter().any(|it| it.as_str().unwrap().trim() == label),
                        "{what}: {label}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn breakdowns() {
    let Some(shop) = superstore().await else {
        return;
    };
    let dimensions = [
        ("CATEGORY", "byCategory"),
        ("SUB_CATEGORY", "bySubCategory"),
        ("SEGMENT", "bySegment"),
        ("REGION", "byRegion"),
        ("COUNTRY", "byCountry"),
        ("STATE", "byState"),
    ];
    for (window, filter) in WINDOWS {
        for (dimension, figure) in dimensions {
            let selection = format!(
                "breakdown(by: {dimension}, first: 1000) {{ groupCount others {{ share }} rows {{ share key {{ value }} kpis {{ {MEASURES} averageQuantityPerOrder }} }} }}"
            );
            let kpis = shop.kpis(filter, &selection).await;
            let theirs = list(&shop.window(window)[figure]);
            assert_exact(
                &kpis["breakdown"]["groupCount"],
                &theirs.len().into(),
                figure,
            );
            assert!(kpis["breakdown"]["others"].is_null());
            let rows = list(&kpis["breakdown"]["rows"]);
            for theirs in theirs {
                let what = format!("{window} {figure} {}", theirs["key"]);
                let ours = rows
                    .iter()
                    .find(|row| row["key"][0]["value"] == theirs["key"]);
                let ours = ours.unwrap_or_else(|| panic!("{what} is missing"));
                assert_measures(&ours["kpis"], theirs, &what);
                assert_close(&ours["share"], &theirs["shareOfSales"], &what);
                let average = &theirs["averageQuantityPerOrder"];
                assert_close(&ours["kpis"]["averageQuantityPerOrder"], average, &what);
            }
        }
    }
}

#[tokio::test]
async fn cities() {
    let Some(shop) = superstore().await else {
        return;
    };
    let lists = [
        ("citiesTop20ByRevenue", "orderBy: TOTAL_SALES, first: 20"),
        ("citiesTop20ByProfit", "orderBy: TOTAL_PROFIT, first: 20"),
        (
            "citiesBottom10ByProfit",
            "orderBy: TOTAL_PROFIT, direction: ASC, first: 10",
        ),
    ];
    for (window, filter) in WINDOWS {
        for (figure, arguments) in lists {
            let selection = format!(
                "breakdown(by: [COUNTRY, STATE, CITY], {arguments}) {{ rows {{ share key {{ value }} kpis {{ {MEASURES} }} }} }}"
            );
            let kpis = shop.kpis(filter, &selection).await;
            let ours = list(&kpis["breakdown"]["rows"]);
            let theirs = list(&shop.window(window)[figure]);
            assert_eq!(ours.len(), theirs.len());
            for (ours, theirs) in ours.iter().zip(theirs) {
                let what = format!("{window} {figure} {}", theirs["city"]);
                for (at, part) in ["country", "state", "city"].iter().enumerate() {
                    assert_eq!(ours["key"][at]["value"], theirs[part], "{what}");
                }
                assert_measures(&ours["kpis"], theirs, &what);
                assert_close(&ours["share"], &theirs["shareOfSales"], &what);
            }
        }
    }
}

/// Half of them have namesakes: there are four Springfields.
#[tokio::test]
async fn each_city_by_all_its_levels() {
    let Some(shop) = superstore().await else {
        return;
    };
    for theirs in list(&shop.window("all")["citiesTop20ByProfit"]) {
        let level = |level: &str| format!("{level}: {}", theirs[level]);
        let levels = ["country", "state", "city"].map(level).join(", ");
        let filter = format!("(filter: {{ place: {{ in: [{{ {levels} }}] }} }})");
        let ours = shop.kpis(&filter, MEASURES).await;
        assert_measures(&ours, theirs, &levels);
    }
}

#[tokio::test]
async fn ship_modes() {
    let Some(shop) = superstore().await else {
        return;
    };
    for (window, filter) in WINDOWS {
        let selection = "breakdown(by: SHIP_MODE, orderBy: ORDER_COUNT) { rows { share key { value } kpis { totalSales orderCount lineCount averageShippingDays } } }";
        let kpis = shop.kpis(filter, selection).await;
        let ours = list(&kpis["breakdown"]["rows"]);
        let theirs = list(&shop.window(window)["shipping"]);
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(theirs) {
            let what = format!("{window} {}", theirs["key"]);
            assert_eq!(ours["key"][0]["value"], theirs["key"]);
            assert_exact(&ours["kpis"]["totalSales"], &theirs["revenue"], &what);
            assert_exact(&ours["kpis"]["orderCount"], &theirs["orders"], &what);
            assert_exact(&ours["kpis"]["lineCount"], &theirs["lines"], &what);
            assert_close(&ours["share"], &theirs["shareOfSales"], &what);
            let days = &theirs["averageShippingDays_orders_elapsed"];
            assert_close(&ours["kpis"]["averageShippingDays"], days, &what);
        }
    }
}
