import Foundation

/// The picture of a comparison: two curves of throughput, and the contenders' medians as bars.
struct CurvePicture {
    private let report: CompareReport

    init(_ report: CompareReport) {
        self.report = report
    }

    var svg: String {
        let plan = report.plan
        let left = Curve(
            title: "Cases a second over calls in flight", axis: "calls in flight, \(plan.customers) customers",
            points: points(plan.inFlightCurve, Contenders.Name.inFlight))
        let right = Curve(
            title: "Cases a second over tenants", axis: "tenants, \(plan.tenantsInFlight) calls in flight",
            points: points(plan.tenantCurve, Contenders.Name.tenants))
        var drawing = SVG(width: 1040, height: 780)
        drawing.text(
            "Entitled: \(report.surroundings.cores) cores, \(report.surroundings.processor), "
                + "\(report.surroundings.build) build, \(report.surroundings.date)",
            x: 40, y: 28, size: 15)
        left.draw(in: &drawing, Frame(x: 90, y: 80, width: 400, height: 260))
        right.draw(in: &drawing, Frame(x: 610, y: 80, width: 400, height: 260))
        bars.draw(in: &drawing, Frame(x: 200, y: 440, width: 740, height: 300))
        return drawing.document
    }

    private func points(_ counts: [Int], _ name: (Int) -> String) -> [Curve.Point] {
        counts.compactMap { count in
            report.measurements[name(count)].map { Curve.Point(label: "\(count)", value: $0.perSecond) }
        }
    }

    private var bars: BarChart {
        typealias Name = Contenders.Name
        let names = [
            Name.usualHot, Name.singleHot, Name.entitledHot, Name.boundHot, Name.usualSpread, Name.singleSpread,
            Name.entitledSpread, Name.boundSpread, Name.selectSpread, Name.checkSpread,
        ]
        return BarChart(
            title: "Medians of \(report.plan.rounds) rounds, a second; thin lines from least to greatest",
            rows: names.compactMap { name in
                report.measurements[name].map { BarChart.Row(label: name, value: $0.perSecond) }
            })
    }
}

/// Where something is drawn, in pixels from the top left.
struct Frame {
    let x: Double
    let y: Double
    let width: Double
    let height: Double
}

/// Medians as a line over steps of equal width, with what lies between least and greatest as a band.
private struct Curve {
    struct Point {
        let label: String
        let value: Spread
    }

    let title: String
    let axis: String
    let points: [Point]

    func draw(in drawing: inout SVG, _ frame: Frame) {
        let scale = Scale(upTo: points.map(\.value.greatest).max() ?? 1)
        let bottom = frame.y + frame.height
        func x(_ index: Int) -> Double {
            frame.x + frame.width * (Double(index) + 0.5) / Double(points.count)
        }
        func y(_ value: Double) -> Double { bottom - frame.height * value / scale.end }

        drawing.text(title, x: frame.x, y: frame.y - 20, size: 15)
        for tick in scale.ticks {
            drawing.line(from: (frame.x, y(tick)), to: (frame.x + frame.width, y(tick)), colour: "#ddd")
            drawing.text(Text.number(tick), x: frame.x - 8, y: y(tick) + 4, size: 11, anchor: .end)
        }
        let middles = points.enumerated().map { (x($0), y($1.value.median)) }
        let upper = points.enumerated().map { (x($0), y($1.value.greatest)) }
        let lower = points.enumerated().map { (x($0), y($1.value.least)) }
        drawing.area(upper + lower.reversed(), colour: "#cfe3f5")
        drawing.path(middles, colour: "#1f6fb2")
        for (index, point) in points.enumerated() {
            let place = middles[index]
            drawing.dot(at: place, colour: "#1f6fb2")
            drawing.text(Text.number(point.value.median), x: place.0, y: place.1 - 10, size: 12, anchor: .middle)
            drawing.text(point.label, x: place.0, y: bottom + 18, size: 12, anchor: .middle)
        }
        drawing.line(from: (frame.x, bottom), to: (frame.x + frame.width, bottom), colour: "#444")
        drawing.line(from: (frame.x, frame.y), to: (frame.x, bottom), colour: "#444")
        drawing.text(axis, x: frame.x + frame.width / 2, y: bottom + 38, size: 12, anchor: .middle)
    }
}

/// Medians as bars from the left.
private struct BarChart {
    struct Row {
        let label: String
        let value: Spread
    }

    let title: String
    let rows: [Row]

    func draw(in drawing: inout SVG, _ frame: Frame) {
        let scale = Scale(upTo: rows.map(\.value.greatest).max() ?? 1)
        let step = frame.height / Double(max(1, rows.count))
        func width(_ value: Double) -> Double { frame.width * value / scale.end }

        drawing.text(title, x: 40, y: frame.y - 20, size: 15)
        for (index, row) in rows.enumerated() {
            let top = frame.y + Double(index) * step
            let middle = top + step / 2
            let colour = row.label.hasPrefix("Entitled") ? "#1f6fb2" : "#9aa5b1"
            drawing.rectangle(
                Frame(x: frame.x, y: top + 4, width: width(row.value.median), height: step - 8), colour: colour)
            drawing.line(
                from: (frame.x + width(row.value.least), middle), to: (frame.x + width(row.value.greatest), middle),
                colour: "#222")
            drawing.text(row.label, x: frame.x - 8, y: middle + 4, size: 12, anchor: .end)
            drawing.text(
                Text.number(row.value.median), x: frame.x + width(row.value.greatest) + 8, y: middle + 4, size: 12)
        }
        drawing.line(from: (frame.x, frame.y), to: (frame.x, frame.y + frame.height), colour: "#444")
    }
}

/// An axis from 0 over round numbers.
struct Scale: Hashable {
    let end: Double
    let ticks: [Double]

    /// - Parameter greatest: what must have room; nothing counts as 1.
    init(upTo greatest: Double) {
        let greatest = greatest > 0 ? greatest : 1
        // The least of 1, 2, 5, 10, 20 … of which five are enough.
        let power = pow(10, (log10(greatest / 5)).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 * 5 >= greatest } ?? greatest
        let count = Int((greatest / step).rounded(.up))
        ticks = (0...count).map { Double($0) * step }
        end = Double(count) * step
    }
}
