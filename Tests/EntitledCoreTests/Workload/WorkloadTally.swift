import EntitledCore
import EntitledTestKit

/// What has happened in a workload, so that one in which nothing happens isn't taken for a success.
struct WorkloadTally {
    private(set) var counts: [String: Int] = [:]

    mutating func count(_ name: String, _ times: Int = 1) {
        counts[name, default: 0] += times
    }

    mutating func merge(_ other: WorkloadTally) {
        counts.merge(other.counts, uniquingKeysWith: +)
    }

    mutating func count(_ answer: PlainAnswer, to call: Workload.Call) {
        switch answer {
        case .done, .successor: count("\(call.name) done")
        case .failed(let reason): count("\(call.name) \(reason)")
        case .decided(let answer):
            switch answer.verdict {
            case .covered: count("\(call.name) covered")
            case .notCovered: count("\(call.name) not_covered")
            case .exhausted: count("\(call.name) exhausted")
            case .exists: count("\(call.name) exists")
            case .contradiction: count("\(call.name) contradiction")
            }
            for standing in answer.candidates.values {
                switch standing {
                case .rank(let rank): count(rank == 1 ? "rank 1" : "further rank")
                case .reason(let reason): count("reason \(reason.rawValue)")
                }
            }
        }
    }

    /// What is there at the end.
    mutating func count(_ run: ProductRun) {
        for grant in run.entitlements.values.flatMap(\.allocations).flatMap(\.grants) {
            count("grant \(grant.origin.name)")
        }
        for entry in run.journal {
            count("event \(entry.event.name)\(entry.actor == JournalEntry.system ? " by time" : "")")
        }
        count("deferral", run.deferrals)
    }

    /// What happened less often than it must, in a workload of 10,000 calls.
    var missing: [String] {
        Self.minimums.filter { counts[$0.key, default: 0] < $0.value }
            .map { "\($0.key): \(counts[$0.key, default: 0]) of at least \($0.value)" }.sorted()
    }

    private static let minimums: [String: Int] = {
        var minimums = [
            "open covered": 200, "open not_covered": 200, "open exhausted": 50, "open exists": 20,
            "open invalid_field": 10, "check covered": 100, "check not_covered": 100, "check exhausted": 20,
            "rank 1": 100, "further rank": 50, "covered by default": 10, "fall-through": 10, "back-dated": 300,
            "grant rollover": 50, "grant carried": 20, "grant top_up": 100, "prorated": 30, "deferral": 20,
            "repeated": 200, "conflict": 50, "event allocation.period_started by time": 100,
            "event entitlement.amended by time": 30, "event grant.carried by time": 20,
            "event amendment.arranged": 30, "amend wrong_state": 20, "amend invalid_field": 20,
        ]
        for reason in NaiveModel.Reason.allCases { minimums["reason \(reason.rawValue)"] = 50 }
        let statuses: [NaiveModel.Status] = [.draft, .waiting, .active, .suspended, .cancelled, .expired, .renewed]
        for status in statuses { minimums["status \(status.rawValue)"] = 50 }
        let verbs = [
            "add", "update", "delete", "activate", "suspend", "resume", "cancel", "amend", "renew", "grant",
            "settings", "customer",
        ]
        for verb in verbs { minimums["\(verb) done"] = 20 }
        return minimums
    }()
}

extension Workload.Call {
    /// What it asks for, in a word.
    var name: String {
        switch self {
        case .add: "add"
        case .update: "update"
        case .delete: "delete"
        case .activate: "activate"
        case .suspend: "suspend"
        case .resume: "resume"
        case .cancel: "cancel"
        case .amend: "amend"
        case .renew: "renew"
        case .grant: "grant"
        case .open: "open"
        case .check: "check"
        case .settings: "settings"
        case .customer: "customer"
        }
    }
}
