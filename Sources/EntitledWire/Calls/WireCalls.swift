import EntitledCore

/// Every binding.
package enum WireCalls {
    /// One for each method, by its number.
    package static let all: [any WireCall.Type] = [
        AddCustomer.self, GetCustomer.self, ListCustomers.self,
        AddProduct.self, GetProduct.self, ListProducts.self,
        AddChannel.self, ListChannels.self,
        AddEntitlement.self, GetEntitlement.self, ListEntitlements.self, ActivateEntitlement.self,
        OpenCase.self, CheckCase.self, GetCase.self,
        ListJournal.self, Reconcile.self,
    ]
}
