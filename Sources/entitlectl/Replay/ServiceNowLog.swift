import EntitledCore
import Foundation

/// One incident of an export: what is needed to open a case for it.
struct Incident: Hashable {
    /// The line that opens it.
    let line: Int
    let number: CaseID
    /// Who asked. Where both are known, the caller is at the location.
    let caller: CustomerID?
    let location: CustomerID?
    let channel: ChannelID?
    let product: ProductID?
    let openedAt: Instant
}

/// A ServiceNow event log: a row for each state of an incident, the first of which opens it.
struct ServiceNowLog {
    /// The columns that are read, found by their names in the header.
    enum Column: String, CaseIterable {
        case number
        case caller = "caller_id"
        case location
        case channel = "contact_type"
        case product = "category"
        case openedAt = "opened_at"
    }

    /// In the log's order.
    let incidents: [Incident]
    /// All rows below the header, those passed over included.
    let rows: Int
    /// Further rows of incidents that were opened before.
    let updates: Int
    /// By line.
    let problems: [LineProblem]

    /// - Parameter zone: in which the log's times are meant.
    /// - Throws: ``CommandFailure`` if the header is missing, or lacks a column or has one twice.
    init(_ text: String, zone: Zone) throws(CommandFailure) {
        let table = try DelimitedText(text)
        let reader = RowReader(columns: try Self.columns(of: table.header), zone: zone)
        var incidents: [Incident] = []
        var opened: Set<CaseID> = []
        var updates = 0
        var problems = table.problems
        for row in table.rows {
            do throws(LineProblemError) {
                let number = try reader.number(row)
                guard !opened.contains(number) else {
                    updates += 1
                    continue
                }
                incidents.append(try reader.incident(number, row))
                opened.insert(number)
            } catch {
                problems.append(error.problem)
            }
        }
        self.incidents = incidents
        self.updates = updates
        self.problems = problems.sorted { $0.line < $1.line }
        rows = table.rows.count + table.problems.count
    }

    private static func columns(of header: [String]) throws(CommandFailure) -> [Column: Int] {
        let names = header.map { $0.lowercased() }
        var columns: [Column: Int] = [:]
        for column in Column.allCases {
            let places = names.indices.filter { names[$0] == column.rawValue }
            guard let place = places.first else {
                throw CommandFailure("the header has no column '\(column.rawValue)'")
            }
            guard places.count == 1 else {
                throw CommandFailure("the header has the column '\(column.rawValue)' \(places.count) times")
            }
            columns[column] = place
        }
        return columns
    }
}

private struct LineProblemError: Error {
    let problem: LineProblem
}

/// Reads the fields of one row. `?` and nothing both mean "unknown".
private struct RowReader {
    let columns: [ServiceNowLog.Column: Int]
    private let calendar: Calendar

    init(columns: [ServiceNowLog.Column: Int], zone: Zone) {
        self.columns = columns
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone.name) ?? .gmt
        self.calendar = calendar
    }

    func number(_ row: DelimitedText.Row) throws(LineProblemError) -> CaseID {
        guard let number: CaseID = try id(.number, row) else { throw problem(.number, "is unknown", row) }
        return number
    }

    func incident(_ number: CaseID, _ row: DelimitedText.Row) throws(LineProblemError) -> Incident {
        let caller: CustomerID? = try id(.caller, row)
        let location: CustomerID? = try id(.location, row)
        guard caller != nil || location != nil else {
            throw problem(.caller, "is unknown, and so is \(ServiceNowLog.Column.location.rawValue)", row)
        }
        return Incident(
            line: row.line, number: number, caller: caller, location: location,
            channel: try id(.channel, row) { $0.lowercased() }, product: try id(.product, row),
            openedAt: try openedAt(row))
    }

    private func id<Record>(
        _ column: ServiceNowLog.Column, _ row: DelimitedText.Row, _ form: (String) -> String = { $0 }
    ) throws(LineProblemError) -> Identifier<Record>? {
        guard let text = text(column, row) else { return nil }
        do {
            return try Identifier(form(text), field: column.rawValue)
        } catch {
            throw LineProblemError(problem: LineProblem(line: row.line, error))
        }
    }

    /// Reads `dd-mm-yyyy hh:mm`. A local time that the zone skips counts as the one after the gap.
    private func openedAt(_ row: DelimitedText.Row) throws(LineProblemError) -> Instant {
        guard let text = text(.openedAt, row) else { throw problem(.openedAt, "is unknown", row) }
        guard let match = text.wholeMatch(of: #/(\d\d)-(\d\d)-(\d{4}) (\d\d):(\d\d)/#),
            let day = Int(match.1), let month = Int(match.2), let year = Int(match.3),
            let hour = Int(match.4), hour < 24, let minute = Int(match.5), minute < 60,
            CalendarDay(year: year, month: month, day: day) != nil,
            let date = calendar.date(
                from: DateComponents(year: year, month: month, day: day, hour: hour, minute: minute))
        else { throw problem(.openedAt, "'\(text.prefix(40))' is no time; allowed: dd-mm-yyyy hh:mm", row) }
        return Instant(seconds: Int64(date.timeIntervalSince1970))
    }

    private func text(_ column: ServiceNowLog.Column, _ row: DelimitedText.Row) -> String? {
        guard let place = columns[column] else { return nil }
        let text = row.fields[place]
        return text.isEmpty || text == "?" ? nil : text
    }

    private func problem(
        _ column: ServiceNowLog.Column, _ problem: String, _ row: DelimitedText.Row
    ) -> LineProblemError {
        LineProblemError(problem: LineProblem(line: row.line, field: column.rawValue, problem: problem))
    }
}
