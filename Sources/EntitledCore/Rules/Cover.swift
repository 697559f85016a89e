extension Entitlement {
    /// The instants from which and until which (exclusive) it covers; the end is nil if it runs on.
    package func cover(tenantZone: Zone) -> (from: Instant, until: Instant?) {
        let zone = terms.timeZone ?? tenantZone
        return (zone.start(of: terms.startDay), terms.endDay.map { zone.start(of: $0.advanced(days: 1)) })
    }

    /// What it is at that instant, whether or not any job has recorded it.
    package func status(at now: Instant, zone tenantZone: Zone) -> EntitlementStatus {
        guard state == .activated else { return .draft }
        let cover = cover(tenantZone: tenantZone)
        if now < cover.from { return .waiting }
        if let until = cover.until, now >= until { return .expired }
        return .active
    }
}
