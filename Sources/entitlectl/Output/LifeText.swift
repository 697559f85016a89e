import EntitledClient

extension Life {
    /// What happened to an entitlement, and what is arranged, one thing a line.
    var details: [(String, String)] {
        [("renews", predecessor?.text ?? ""), ("renewed by", renewal), ("cancelled", cancelledAt?.shortText ?? "")]
            + suspensions.map { suspension in
                ("suspended", suspension.from.shortText + " to " + (suspension.until?.shortText ?? "now"))
            }
            + earlier.map { ("terms until", $0.until.shortText) }
            + pending.map { ("arranged", $0.at.shortText + ": " + $0.amendment.text) }
    }

    private var renewal: String {
        guard let successor else { return "" }
        return successor.text + (renewedAt.map { ", from \($0.shortText)" } ?? ", which isn't in force")
    }
}

extension Amendment {
    /// `products laser-9, no end, units sold 3`.
    var text: String {
        let changes = [
            products.map { "products " + ($0.value?.text ?? "all") },
            channels.map { "channels " + ($0.value?.text ?? "all") },
            assets.map { "assets " + ($0.value?.text ?? "any") },
            contacts.map { "contacts " + ($0.value?.text ?? "anyone") },
            startDay.map { "start \($0)" },
            endDay.map { "end " + ($0.value?.description ?? "none") },
            serviceLevel.map { "sla " + ($0.value?.text ?? "none") },
            quantity.map { "units sold \($0)" },
        ]
        let quantities = allocations.map { "'\($0.name)' \($0.quantity)" } + (isInFull ? ["in full"] : [])
        return (changes.compactMap(\.self) + quantities).joined(separator: ", ")
    }
}

extension AmendmentResult {
    /// When it takes effect, and every balance before and after.
    var text: String {
        var table = Table(
            ["pool", "", "total", "charged", "held", "available", "change"], rightAligned: [2, 3, 4, 5, 6])
        for change in changes {
            let unit = entitlement.terms.service.allocations.first { $0.name == change.allocation }?.kind.unit ?? .case
            table.add([change.allocation, "before"] + change.before.cells(unit) + [""])
            table.add(
                ["", "after"] + change.after.cells(unit) + [AmountText.change(change.difference, of: unit)])
        }
        return "\(entitlement.id) as of \(effectiveAt.shortText): \(amendment.text)"
            + (changes.isEmpty ? "" : "\n\n" + table.text)
    }
}

extension Balance {
    fileprivate func cells(_ unit: AllocationUnit) -> [String] {
        [total, charged, held, available].map { AmountText.column($0, of: unit) }
    }
}
