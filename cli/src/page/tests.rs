use super::number::{interval, probability, real, whole};
use super::plot::{
    Axis, Bar, Histogram, Lollipop, Mark, Point, Row, Scale, Scatter, Span, Stem, Ticks, bars,
    histogram, lollipop, love, scatter,
};
use super::{Page, Table};

const HOSTILE: &str = "<script>alert('\"&')</script>";
const SAFE: &str = "&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;";

/// Reads a page as a strict parser would: each element is closed in its turn, each attribute is
/// quoted, and each `&` begins a reference. Texts between tags come back.
fn read(page: &str) -> Vec<String> {
    const VOID: [&str; 2] = ["meta", "!DOCTYPE"];
    let style = page.find("<style>").unwrap()..page.find("</style>").unwrap();
    let page = format!("{}<style>{}", &page[..style.start], &page[style.end..]);
    let (mut open, mut texts) = (Vec::new(), Vec::new());
    let mut rest = page.as_str();
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        assert!(!text.contains('>'), "a stray > in {text:?}");
        for piece in text.split('&').skip(1) {
            let name = piece.split(';').next().unwrap();
            assert!(["lt", "gt", "amp", "quot", "#39"].contains(&name), "{text}");
        }
        if !text.trim().is_empty() {
            texts.push(text.trim().to_owned());
        }
        let end = at + rest[at..].find('>').unwrap();
        let tag = &rest[at + 1..end];
        assert!(!tag.contains('<'), "{tag}");
        assert!(tag.matches('"').count().is_multiple_of(2), "{tag}");
        let name = tag.split([' ', '/']).find(|n| !n.is_empty()).unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "{tag}");
        } else if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name.to_owned());
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    texts
}

fn every_plot(text: &str) -> Page {
    let mut page = Page::new(text);
    page.subtitle(text);
    page.section(text);
    page.heading(text);
    page.paragraph(text);
    page.note(text);
    page.definitions([(text, text.to_owned()), ("left out", String::new())]);
    let mut table = Table::new().text(text).number(text);
    table.row([text.to_owned()]);
    page.table(&table);
    let axis = || Axis::linear(text);
    let marks = [Mark {
        at: 2.0,
        label: text,
    }];
    page.figure(
        text,
        &histogram(&Histogram {
            values: &[1.0, 2.0, 2.5, f64::NAN],
            x: axis(),
            counted: text,
            bins: 4,
            marks: &marks,
        }),
    );
    let points: Vec<Point> = (0..8)
        .map(|i| Point {
            x: f64::from(i),
            y: f64::from(i * i),
            series: i as usize,
            label: (i % 2 == 0).then(|| text.to_owned()),
        })
        .collect();
    page.figure(
        text,
        &scatter(&Scatter {
            points: &points,
            x: axis(),
            y: Axis::log(text),
            series: &[text, text],
            marks_x: &marks,
            marks_y: &marks,
        }),
    );
    let bar = Bar {
        label: text.to_owned(),
        value: 0.2,
        interval: Some((0.1, 0.4)),
        title: text.to_owned(),
        text: text.to_owned(),
    };
    page.figure(text, &bars(&[bar], &Axis::from_zero(text)));
    let stems = [0, 1, 5, 9].map(|i| Stem {
        x: f64::from(i),
        y: 0.1,
        series: i as usize,
        title: text.to_owned(),
        label: Some(text.to_owned()),
    });
    let spans = [Span {
        start: 0.0,
        end: 100.0,
        label: text.to_owned(),
    }];
    page.figure(
        text,
        &lollipop(&Lollipop {
            stems: &stems,
            x: axis(),
            y: axis(),
            series: &[text],
            spans: &spans,
        }),
    );
    let row = Row {
        label: text.to_owned(),
        values: vec![Some(0.3), None, Some(0.01)],
    };
    let figure = love(&[row], &[text; 3], &Axis::from_zero(text), &marks[0]);
    page.figure(text, &figure);
    page
}

#[test]
fn what_is_handed_in_is_text_and_nothing_else() {
    let page = every_plot(HOSTILE).finish();
    assert!(!page.contains("<script"));
    assert!(!page.contains("alert('"));
    let texts = read(&page);
    assert!(texts.iter().filter(|t| *t == SAFE).count() > 20);
    let control = every_plot("a\u{0}b\u{202e}c").finish();
    assert!(!control.contains(['\u{0}', '\u{202e}']));
    assert!(read(&control).contains(&"a\u{fffd}b\u{fffd}c".to_owned()));
}

#[test]
fn nothing_is_asked_from_outside() {
    let page = every_plot("x").finish();
    for word in ["http:", "https:", "url(", "@import", "src=", "href="] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(every_plot("x").finish(), every_plot("x").finish());
}

#[test]
fn without_values_there_is_nothing_to_draw() {
    let none: [f64; 2] = [f64::NAN, f64::INFINITY];
    let figure = histogram(&Histogram {
        values: &none,
        x: Axis::linear("x"),
        counted: "people",
        bins: 10,
        marks: &[],
    });
    assert!(figure.is_empty());
    assert!(bars(&[], &Axis::from_zero("AF")).is_empty());
    let mut page = Page::new("empty");
    page.table(&Table::new().text("a"));
    page.figure("nothing", &figure);
    let texts = read(&page.finish());
    assert!(texts.contains(&"None.".to_owned()));
    assert!(texts.contains(&"There is nothing to draw.".to_owned()));
    assert!(texts.contains(&"Not drawn, for want of a number: 2.".to_owned()));
}

#[test]
fn a_histogram_counts_every_value_once() {
    let values: Vec<f64> = (0..1000).map(|i| f64::from(i) * 0.37 - 50.0).collect();
    for bins in [1, 7, 40, 10_000] {
        let figure = histogram(&Histogram {
            values: &values,
            x: Axis::linear("x"),
            counted: "people",
            bins,
            marks: &[],
        });
        let mut page = Page::new("t");
        page.figure("f", &figure);
        let texts = read(&page.finish());
        let counted = |t: &String| -> Option<u64> {
            let count = t.strip_suffix(" people")?.rsplit(' ').next()?;
            count.replace(',', "").parse().ok()
        };
        assert_eq!(
            texts.iter().filter_map(counted).sum::<u64>(),
            1000,
            "{bins}"
        );
    }
}

#[test]
fn points_that_would_lie_on_each_other_are_one_mark() {
    let point = |x: f64| Point {
        x,
        y: 0.0,
        series: 0,
        label: None,
    };
    let mut points = vec![point(0.0); 5000];
    points.push(point(100.0));
    let mut page = Page::new("t");
    let figure = scatter(&Scatter {
        points: &points,
        x: Axis::linear("x"),
        y: Axis::linear("y"),
        series: &[],
        marks_x: &[],
        marks_y: &[],
    });
    page.figure("f", &figure);
    let text = page.finish();
    assert_eq!(text.matches("<circle").count(), 2);
    assert!(read(&text).contains(&"about 0, 0: 5,000 points".to_owned()));
}

fn marks(scale: Scale, values: &[f64], wanted: usize) -> Vec<String> {
    let ticks = Ticks::new(scale, values.iter().copied(), wanted);
    ticks.marks().iter().map(|m| m.1.clone()).collect()
}

#[test]
fn ticks_are_round_and_hold_the_values() {
    let linear = |values: &[f64]| marks(Scale::Linear, values, 5);
    assert_eq!(linear(&[0.0, 1.0]), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
    assert_eq!(linear(&[3.0, 17.0]), ["0", "5", "10", "15", "20"]);
    assert_eq!(linear(&[-1.0, 1.0]), ["-1", "-0.5", "0", "0.5", "1"]);
    assert_eq!(linear(&[0.97, 0.999]), ["0.97", "0.98", "0.99", "1"]);
    assert_eq!(
        linear(&[55_039_447.0, 55_064_852.0]),
        [
            "55,030,000",
            "55,040,000",
            "55,050,000",
            "55,060,000",
            "55,070,000"
        ]
    );
    assert_eq!(
        marks(Scale::FromZero, &[1.2e-5, 4e-5], 4),
        ["0", "1e-5", "2e-5", "3e-5", "4e-5"]
    );
    assert_eq!(
        marks(Scale::Log, &[0.0, 3e-4, 0.2], 6),
        ["0.0001", "0.001", "0.01", "0.1", "1"]
    );
    assert_eq!(linear(&[]), linear(&[0.0, 1.0]));
    for odd in [
        vec![5.0],
        vec![0.0, 0.0],
        vec![-3.0],
        vec![1e300, -1e300],
        vec![f64::MAX, f64::MIN],
        vec![1e-310, 2e-310],
        vec![1e15, 1e15 + 1.0],
    ] {
        let ticks = Ticks::new(Scale::Linear, odd.iter().copied(), 5);
        assert!(!ticks.marks().is_empty(), "{odd:?}");
        for value in odd {
            assert!((0.0..=1.0).contains(&ticks.place(value)), "{ticks:?}");
        }
    }
}

#[test]
fn a_value_stands_where_the_axis_says() {
    let ticks = Ticks::new(Scale::Linear, [0.0, 10.0].into_iter(), 5);
    assert_eq!(
        [0.0, 5.0, 10.0, 99.0].map(|v| ticks.place(v)),
        [0.0, 0.5, 1.0, 1.0]
    );
    let log = Ticks::new(Scale::Log, [1.0, 100.0].into_iter(), 5);
    assert_eq!([0.0, 1.0, 100.0].map(|v| log.place(v)), [0.0, 0.0, 1.0]);
    assert!((log.place(10.0) - 0.5).abs() < 1e-12);
}

#[test]
fn numbers_are_written_for_people() {
    assert_eq!(whole(0), "0");
    assert_eq!(whole(1_234_567), "1,234,567");
    for (value, text) in [
        (0.0, "0"),
        (0.012_345, "0.0123"),
        (12.0, "12"),
        (123_456.0, "123,000"),
        (1.5e-7, "1.5e-7"),
        (-0.25, "-0.25"),
        (1e9, "1e9"),
        (0.999_9, "1"),
        (9.999e6, "1e7"),
        (f64::NAN, "–"),
        (f64::INFINITY, "∞"),
    ] {
        assert_eq!(real(value, 3), text);
    }
    assert_eq!(probability(2.13e-9), "2.1e-9");
    assert_eq!(interval(0.5, f64::INFINITY, 3), "0.5 to ∞");
}

#[test]
fn japanese_is_marked_as_such() {
    let mut page = Page::new("ALS");
    page.paragraph("筋萎縮性側索硬化症 <ALS>");
    page.paragraph("ALS");
    let text = page.finish();
    assert!(text.contains("<p lang=\"ja\">筋萎縮性側索硬化症 &lt;ALS&gt;</p>"));
    assert!(text.contains("<p>ALS</p>"));
    read(&text);
}

#[test]
fn a_short_row_is_filled_and_a_long_one_cut() {
    let mut table = Table::new().text("a").number("b");
    table.row(["1".to_owned()]);
    table.row(["1", "2", "3"].map(str::to_owned));
    let mut page = Page::new("t");
    page.table(&table);
    let text = page.finish();
    assert_eq!(text.matches("<td").count(), 4);
    assert!(!text.contains("class=\"scroll long\""));
}
