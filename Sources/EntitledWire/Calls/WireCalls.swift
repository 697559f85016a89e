import EntitledCore

/// Every binding.
package enum WireCalls {
    /// One for each method, by its number.
    package static let all: [any WireCall.Type] =
        record(Customer.self) + record(Product.self) + [
            AddChannel.self, ListChannels.self,
            AddEntitlement.self, GetEntitlement.self, ListEntitlements.self, ActivateEntitlement.self,
            UpdateEntitlement.self, DeleteEntitlement.self, SuspendEntitlement.self, ResumeEntitlement.self,
            CancelEntitlement.self, RenewEntitlement.self, AmendEntitlement.self,
            AddGrant.self,
            OpenCase.self, CheckCase.self, GetCase.self,
            GetSettings.self, UpdateSettings.self,
            ListJournal.self, Reconcile.self,
            PerformBatch.self,
        ] + record(Asset.self) + record(BusinessCalendar.self) + record(ServiceLevel.self) + record(Plan.self)
        + record(Contract.self)

    /// Those of one kind of record.
    private static func record<Record: CatalogueRecord & WireItem>(_ type: Record.Type) -> [any WireCall.Type] {
        [AddRecord<Record>.self, GetRecord<Record>.self, ListRecords<Record>.self, UpdateRecord<Record>.self]
    }
}
