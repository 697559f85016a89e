import Foundation

/// A drawing, as scalable vector graphics (W3C, "Scalable Vector Graphics 1.1").
struct SVG {
    enum Anchor: String {
        case start, middle, end
    }

    typealias Place = (x: Double, y: Double)

    private let width: Int
    private let height: Int
    private var elements: [String] = []

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    var document: String {
        let head = [
            #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(width)" height="\#(height)" "#
                + #"viewBox="0 0 \#(width) \#(height)" font-family="sans-serif">"#,
            #"<rect width="\#(width)" height="\#(height)" fill="white"/>"#,
        ]
        return (head + elements + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    mutating func text(_ words: String, x: Double, y: Double, size: Int, anchor: Anchor = .start) {
        elements.append(
            #"<text x="\#(number(x))" y="\#(number(y))" font-size="\#(size)" text-anchor="\#(anchor.rawValue)">"#
                + escaped(words) + "</text>")
    }

    mutating func line(from: Place, to: Place, colour: String) {
        elements.append(
            #"<line x1="\#(number(from.x))" y1="\#(number(from.y))" x2="\#(number(to.x))" y2="\#(number(to.y))" "#
                + #"stroke="\#(colour)"/>"#)
    }

    mutating func path(_ places: [Place], colour: String) {
        elements.append(#"<polyline points="\#(list(places))" fill="none" stroke="\#(colour)" stroke-width="2"/>"#)
    }

    mutating func area(_ places: [Place], colour: String) {
        elements.append(#"<polygon points="\#(list(places))" fill="\#(colour)"/>"#)
    }

    mutating func dot(at place: Place, colour: String) {
        elements.append(#"<circle cx="\#(number(place.x))" cy="\#(number(place.y))" r="3.5" fill="\#(colour)"/>"#)
    }

    mutating func rectangle(_ frame: Frame, colour: String) {
        elements.append(
            #"<rect x="\#(number(frame.x))" y="\#(number(frame.y))" width="\#(number(frame.width))" "#
                + #"height="\#(number(frame.height))" fill="\#(colour)"/>"#)
    }

    private func list(_ places: [Place]) -> String {
        places.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    }

    private func number(_ value: Double) -> String { String(format: "%.1f", value) }

    private func escaped(_ words: String) -> String {
        words.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
