import EntitledClient

extension ServiceTerms {
    /// Name and value of everything that it says, for people.
    var details: [(String, String)] {
        [
            ("products", products?.text ?? "all"), ("channels", channels?.text ?? "all"),
            ("sla", serviceLevel?.text ?? ""), ("hours", hoursText), ("routing", routing?.text ?? ""),
            ("billing", billing?.text ?? ""), ("exhausted", exhaustionPolicy.name),
            ("renewal notice", renewalNoticeDays.map { Int($0).of("day") } ?? ""),
        ] + allocations.map { ("allocation", AllocationText.text($0)) }
    }

    private var hoursText: String {
        guard let calendar else { return "round the clock" }
        return calendar.text + (isHoursOnly ? ", and none out of hours" : ", and out of hours too")
    }
}

extension Scope {
    /// The members with commas between.
    var text: String { members.map { "\($0)" }.joined(separator: ", ") }
}

extension Routing {
    /// `queue q, skills a and b, priority 1, manager m`.
    var text: String {
        var parts: [String] = []
        if let queue { parts.append("queue \(queue)") }
        if !skills.isEmpty { parts.append("skills " + skills.joined(separator: " and ")) }
        if let casePriority { parts.append("priority \(casePriority)") }
        if let manager { parts.append("manager \(manager)") }
        return parts.joined(separator: ", ")
    }
}

extension BillingIncrement {
    fileprivate var text: String {
        "by \(DurationText.text(incrementSeconds))"
            + (minimumSeconds > 0 ? ", at least \(DurationText.text(minimumSeconds))" : "")
    }
}
