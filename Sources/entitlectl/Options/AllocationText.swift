import EntitledCore

/// One allocation as a line of text, for options and imports: `NAME=QUANTITY [per PERIOD] [OPTION=VALUE …]`.
///
/// ``help`` says what each part means.
enum AllocationText {
    static let summary = """
        NAME=QUANTITY [per PERIOD] [OPTION=VALUE …], such as 'main=100 per year', 'phone=20h per month rollover=5h \
        channels=phone', 'block=50h' or 'all=unlimited'
        """

    /// The same for the help of commands.
    static let help = """
        An allocation is NAME=QUANTITY [per PERIOD] [OPTION=VALUE …], in one argument:
          QUANTITY  100 (cases), 20h (work), unlimited (cases), unlimited hours
          PERIOD    day, week, month, quarter, year, 2 weeks (none: the whole term)
          anchor=yyyy-mm-dd      a day on which a period begins (default: the start)
          rollover=AMOUNT        the most that is taken into the next period
          carry=AMOUNT           the most that a renewal takes along
          channels=A,B           only cases of these channels
          products=X,Y           only cases of these products and families
          consumption=POINT      creation or resolution: when cases are charged
          hold=DURATION          what an opened case sets aside of hours
          weight.CHANNEL=FACTOR  what multiplies the cost, by channel
          weight.p1=FACTOR       by case priority, 1 to 9
          weight.out-of-hours=FACTOR
          exhaustion=POLICY      block or allow (default: the entitlement's)
          overage=AMOUNT         the most that `allow` takes beyond it in a period (default: no limit)
        Words with spaces, commas or equals signs stand in double quotes.
        Examples: 'main=100 per year', 'block=50h', 'all=unlimited',
        'phone=20h per month rollover=5h channels=phone'.
        """

    /// - Throws: ``EntitledError`` `invalid_field` that names the part and what is allowed there.
    static func terms(_ text: String, field: String = "allocation") throws(EntitledError) -> AllocationTerms {
        var words = try TextToken.split(text, field: field)[...]
        guard let head = words.popFirst(), let name = head.key, let quantity = head.value else {
            throw .invalid(field, "'\(text)' doesn't begin with a name and a quantity", allowed: summary)
        }
        let plain = words.prefix { $0.key == nil }.compactMap(\.value)
        var options = Options(field: field, text: text)
        for word in words.dropFirst(plain.count) { try options.add(word) }
        var terms = AllocationTerms(
            name: name, kind: try kind(quantity, plain[...], anchor: options.anchor, field: field))
        try options.apply(to: &terms)
        return terms
    }

    /// The kind that a quantity and a period make, as the short options give them.
    /// - Parameter period: `month`, `2 weeks`; nil is the whole term.
    /// - Throws: ``EntitledError`` `invalid_field`.
    static func kind(
        _ quantity: String, per period: String? = nil, field: String
    ) throws(EntitledError) -> AllocationTerms.Kind {
        let words = (period?.split(separator: " ").map(String.init)).map { ["per"] + $0 } ?? []
        return try kind(quantity, words[...], anchor: nil, field: field)
    }

    private static func kind(
        _ quantity: String, _ words: ArraySlice<String>, anchor: CalendarDay?, field: String
    ) throws(EntitledError) -> AllocationTerms.Kind {
        if quantity == "unlimited" {
            guard anchor == nil, let unit = unlimitedUnits[words.joined(separator: " ")] else {
                throw .invalid(
                    field, "says more of an unlimited quantity than what it counts",
                    allowed: "unlimited, unlimited cases, unlimited hours")
            }
            return .unlimited(unit: unit)
        }
        let period = try period(words, anchor: anchor, field: field)
        if DurationText.looksLikeOne(quantity) {
            return .hoursPerPeriod(
                seconds: try DurationText.seconds(quantity, field: "\(field).quantity"), period: period)
        }
        guard let cases = Int64(quantity) else {
            throw .invalid(
                "\(field).quantity", "'\(quantity)' is no quantity",
                allowed: "a number of cases, a duration such as 20h, or unlimited")
        }
        return period.map { .incidentsPerPeriod(cases: cases, period: $0) } ?? .perIncident(cases: cases)
    }

    private static let unlimitedUnits: [String: AllocationUnit] = ["": .case, "cases": .case, "hours": .second]

    /// Reads `per month`, `per 2 weeks`, or nothing.
    private static func period(
        _ words: ArraySlice<String>, anchor: CalendarDay?, field: String
    ) throws(EntitledError) -> Period? {
        let invalid = EntitledError.invalid(
            "\(field).period", "'\(words.joined(separator: " "))' is no period",
            allowed: "per " + Period.Unit.allCases.map(\.name).joined(separator: ", ") + ", or several: per 2 weeks")
        var words = words
        guard let first = words.popFirst() else {
            guard anchor == nil else {
                throw .invalid(
                    "\(field).anchor", "is set without a period", allowed: "with a period, such as per month")
            }
            return nil
        }
        guard first == "per" else { throw invalid }
        var length: Int32 = 1
        if words.count == 2, let count = words.popFirst() {
            guard let number = Int32(count) else { throw invalid }
            length = number
        }
        guard words.count == 1, let name = words.first else { throw invalid }
        guard let unit = Period.Unit.allCases.first(where: { name == $0.name || name == $0.name + "s" }) else {
            throw invalid
        }
        return Period(length, unit, anchor: anchor)
    }

    /// What ``terms(_:field:)`` reads.
    static func text(_ terms: AllocationTerms) -> String {
        var words = [TextToken.quoted(terms.name) + "=" + quantity(terms.kind)]
        if let period = terms.kind.period {
            words.append("per " + text(period))
            if let anchor = period.anchor { words.append("anchor=\(anchor)") }
        }
        return (words + Options.words(terms)).joined(separator: " ")
    }

    /// `month`, `2 weeks`.
    static func text(_ period: Period) -> String {
        period.length == 1 ? period.unit.name : "\(period.length) \(period.unit.name)s"
    }

    private static func quantity(_ kind: AllocationTerms.Kind) -> String {
        guard let quantity = kind.quantity else { return kind.unit == .case ? "unlimited" : "unlimited hours" }
        return AmountText.text(quantity, of: kind.unit)
    }
}
