/// From when and until when an entitlement covers.
package struct CoverTime: Hashable, Sendable {
    package let from: Instant
    /// Exclusive; nil runs on.
    package let until: Instant?

    /// The instant itself, or the nearest one that is covered.
    func clamp(_ instant: Instant) -> Instant {
        if instant < from { return from }
        if let until, instant >= until { return max(from, Instant(microseconds: until.microseconds - 1)) }
        return instant
    }
}

extension EntitlementTerms {
    func zone(tenant: Zone) -> Zone { timeZone ?? tenant }

    /// From the first instant of the start day to the last of the end day.
    func cover(tenantZone: Zone) -> CoverTime {
        let zone = zone(tenant: tenantZone)
        return CoverTime(
            from: zone.start(of: startDay), until: endDay.map { zone.start(of: $0.advanced(days: 1)) })
    }
}

extension Entitlement {
    /// When it covers: by its dates, or until it is cancelled.
    package func cover(tenantZone: Zone) -> CoverTime {
        let dates = terms.cover(tenantZone: tenantZone)
        guard let cancelledAt = life.cancelledAt else { return dates }
        return CoverTime(from: dates.from, until: dates.until.map { min($0, cancelledAt) } ?? cancelledAt)
    }

    /// What it is at that instant, whether or not any job has recorded it.
    package func status(at now: Instant, zone tenantZone: Zone) -> EntitlementStatus {
        if let cancelledAt = life.cancelledAt, cancelledAt <= now { return .cancelled }
        guard state == .activated else { return .draft }
        let terms = sharedTerms(at: now)
        let zone = terms.wrappedValue.zone(tenant: tenantZone)
        guard zone.hasBegun(terms.wrappedValue.startDay, at: now) else { return .waiting }
        if let endDay = terms.wrappedValue.endDay, zone.hasBegun(endDay.advanced(days: 1), at: now) {
            return life.renewedAt.map { $0 <= now } ?? false ? .renewed : .expired
        }
        if life.suspensions.contains(where: { $0.from <= now && $0.until.map { now < $0 } ?? true }) {
            return .suspended
        }
        return .active
    }

    /// The terms that were in force at an earlier instant.
    func terms(at instant: Instant) -> EntitlementTerms { sharedTerms(at: instant).wrappedValue }

    /// - Throws: ``EntitledError`` `wrong_state` unless it is one of these at that instant.
    func require(_ allowed: [EntitlementStatus], to verb: String, at now: Instant, zone: Zone) throws(EntitledError) {
        let status = status(at: now, zone: zone)
        guard allowed.contains(status) else {
            let names = allowed.map(\.name).joined(separator: ", ")
            throw EntitledError(
                .wrongState, "id: '\(id)' is \(status.name); allowed to \(verb): \(names)",
                details: ["field": "id", "status": status.name, "allowed": names])
        }
    }

    /// - Throws: ``EntitledError`` `version_conflict` if the caller had read another version.
    func require(version given: Int64?) throws(EntitledError) {
        guard given == nil || given == version else {
            throw .versionConflict(id.text, given: given ?? 0, current: version)
        }
    }

    /// - Throws: ``EntitledError`` `wrong_state` if so many entries of one kind are all that it may have.
    func requireRoom(_ count: Int) throws(EntitledError) {
        guard count < Life.maximumEntries else {
            throw EntitledError(
                .wrongState, "id: '\(id)' was changed \(count) times; renew it instead", details: ["field": "id"])
        }
    }
}
