import EntitledClient

/// What allocations count, by entitlement and name. Answers about cases have bare amounts.
struct PoolUnits: Hashable {
    private var units: [EntitlementID: [String: AllocationUnit]] = [:]

    mutating func add(_ entitlement: EntitlementID, _ allocations: [AllocationTerms]) {
        for allocation in allocations { units[entitlement, default: [:]][allocation.name] = allocation.kind.unit }
    }

    /// Cases, unless it is known to be otherwise.
    func unit(of allocation: String, in entitlement: EntitlementID) -> AllocationUnit {
        units[entitlement]?[allocation] ?? .case
    }
}

extension EntitledClient {
    /// Those of the entitlement that took a case, or has taken it.
    func units(in decision: CaseDecision) async -> PoolUnits {
        switch decision {
        case .opened(let opening): await units(of: [opening.case.entitlement])
        case .exists(let existing): await units(of: [existing.entitlement])
        case .refused: PoolUnits()
        }
    }

    /// Those of all entitlements of which a check names amounts.
    func units(in check: CaseCheck) async -> PoolUnits {
        switch check {
        case .covered(let coverage):
            await units(
                of: [coverage.entitlement] + coverage.candidates.filter { $0.demands != nil }.map(\.entitlement))
        case .refused(let refusal): await units(of: refusal.candidates.filter { $0.demands != nil }.map(\.entitlement))
        }
    }

    /// What can't be read leaves its units out: the answer itself is worth more than how its amounts are written.
    private func units(of entitlements: [EntitlementID]) async -> PoolUnits {
        var units = PoolUnits()
        for id in Set(entitlements) {
            guard let view = try? await entitlement(id) else { continue }
            units.add(id, view.entitlement.terms.service.allocations)
        }
        return units
    }
}
