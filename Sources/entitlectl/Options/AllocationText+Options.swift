import EntitledCore

extension AllocationText {
    /// The words behind quantity and period: `rollover=5h channels=phone weight.p1=3`.
    struct Options {
        let field: String
        /// All of it, for errors.
        let text: String
        private var words: [String: [String]] = [:]

        private static let keys = [
            "anchor", "rollover", "carry", "channels", "products", "consumption", "hold", "exhaustion",
            "overage",
        ]
        private static let weightPrefix = "weight."
        private static let outOfHours = "out-of-hours"

        init(field: String, text: String) {
            self.field = field
            self.text = text
        }

        mutating func add(_ word: TextToken) throws(EntitledError) {
            guard let key = word.key, Self.keys.contains(key) || key.hasPrefix(Self.weightPrefix) else {
                throw .invalid(
                    field, "'\(word.key ?? word.values.joined(separator: ","))' in '\(text)' is no option",
                    allowed: Self.keys.map { $0 + "=" }.joined(separator: ", ") + ", weight.CHANNEL=, weight.p1= to "
                        + "weight.p9=, weight.\(Self.outOfHours)=")
            }
            guard words.updateValue(word.values, forKey: key) == nil else {
                throw .invalid("\(field).\(key)", "occurs twice in '\(text)'", allowed: "once")
            }
        }

        var anchor: CalendarDay? {
            get throws(EntitledError) { try value("anchor").day("\(field).anchor") }
        }

        func apply(to terms: inout AllocationTerms) throws(EntitledError) {
            terms.rolloverMaximum = try amount("rollover", of: terms.kind.unit)
            terms.carryMaximum = try amount("carry", of: terms.kind.unit)
            terms.channels = try (words["channels"] ?? []).scope("\(field).channels")
            terms.products = try (words["products"] ?? []).scope("\(field).products")
            if let point = try value("consumption") {
                terms.consumption = try NameText.value(point, field: "\(field).consumption")
            }
            terms.holdSeconds = try amount("hold", of: .second)
            if let policy = try value("exhaustion") {
                terms.exhaustionPolicy = try NameText.value(policy, field: "\(field).exhaustion")
            }
            if words["overage"] != nil { terms.overageLimit = try amount("overage", of: terms.kind.unit) }
            terms.weights = try weights()
        }

        private func value(_ key: String) throws(EntitledError) -> String? {
            guard let values = words[key] else { return nil }
            guard values.count == 1 else {
                throw .invalid("\(field).\(key)", "has \(values.count) values", allowed: "one")
            }
            return values[0]
        }

        private func amount(_ key: String, of unit: AllocationUnit) throws(EntitledError) -> Int64 {
            guard let text = try value(key) else { return 0 }
            return try AmountText.amount(text, of: unit, field: "\(field).\(key)")
        }

        private func weights() throws(EntitledError) -> Weights? {
            var weights = Weights()
            for key in words.keys.sorted() where key.hasPrefix(Self.weightPrefix) {
                let subject = String(key.dropFirst(Self.weightPrefix.count))
                let factor = try FactorText.factor(try value(key) ?? "", field: "\(field).\(key)")
                if subject == Self.outOfHours {
                    weights.outOfHours = factor
                } else if let priority = subject.wholeMatch(of: /p(\d)/)?.output.1 {
                    weights.priorities.append(
                        Weights.ByPriority(try CasePriority(Int(priority) ?? 0, field: "\(field).\(key)"), factor))
                } else {
                    weights.channels.append(Weights.ByChannel(try ChannelID(subject, field: "\(field).\(key)"), factor))
                }
            }
            return weights == Weights() ? nil : weights
        }

        /// What ``apply(to:)`` reads; what is as it is by default is left out.
        static func words(_ terms: AllocationTerms) -> [String] {
            let unit = terms.kind.unit
            let weights = terms.weights ?? Weights()
            let options: [(String, String?)] =
                [
                    ("rollover", amount(terms.rolloverMaximum, of: unit)),
                    ("carry", amount(terms.carryMaximum, of: unit)),
                    ("channels", terms.channels.map { list($0.members) }),
                    ("products", terms.products.map { list($0.members) }),
                    ("consumption", terms.consumption?.name), ("hold", amount(terms.holdSeconds, of: .second)),
                    (weightPrefix + outOfHours, weights.outOfHours?.description),
                    ("exhaustion", terms.exhaustionPolicy?.name),
                    ("overage", terms.overageLimit.map { AmountText.text($0, of: unit) }),
                ]
                + weights.channels.map { (TextToken.quoted(weightPrefix + $0.channel.text), "\($0.factor)") }
                + weights.priorities.map { ("\(weightPrefix)p\($0.priority)", "\($0.factor)") }
            return options.compactMap { key, value in value.map { "\(key)=\($0)" } }
        }

        private static func amount(_ amount: Int64, of unit: AllocationUnit) -> String? {
            amount == 0 ? nil : AmountText.text(amount, of: unit)
        }

        private static func list<Record>(_ members: [Identifier<Record>]) -> String {
            members.map { TextToken.quoted($0.text) }.joined(separator: ",")
        }
    }
}

/// A factor with up to three decimals: `2`, `1.5`, `0.125`.
enum FactorText {
    /// - Throws: ``EntitledError`` `invalid_field`.
    static func factor(_ text: String, field: String) throws(EntitledError) -> Factor {
        guard let match = text.wholeMatch(of: /(\d{1,6})(?:\.(\d{1,3}))?/)?.output, let whole = Int32(match.1),
            let decimals = Int32(((match.2 ?? "") + "000").prefix(3))
        else {
            throw .invalid(field, "'\(text)' is no factor", allowed: "0 to 1000, with up to three decimals")
        }
        return try Factor(thousandths: whole * 1_000 + decimals, field: field)
    }
}
