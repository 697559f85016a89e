import EntitledClient

extension Mismatch {
    /// Why it doesn't cover the case, in a few words.
    var words: String {
        switch self {
        case .wrongCustomer: "for another customer"
        case .draft: "a draft"
        case .cancelled: "cancelled"
        case .suspended: "suspended"
        case .notStarted: "not started yet"
        case .expired: "ended"
        case .contactNotListed: "contact not listed"
        case .productNotCovered: "product not covered"
        case .assetNotCovered: "asset not covered"
        case .channelNotCovered: "channel not covered"
        case .outsideHours: "out of its hours"
        case .noAllocation: "no pool for the case"
        case .exhausted: "too little left"
        }
    }

    /// What it would at least have to do to cover the case, after "to".
    var remedy: String {
        switch self {
        case .wrongCustomer: "be the customer's own, or an account's above that serves those below it"
        case .draft: "be activated"
        case .cancelled: "be renewed: what is cancelled stays so"
        case .suspended: "be resumed"
        case .notStarted: "start earlier"
        case .expired: "be renewed"
        case .contactNotListed: "list the contact, or anyone"
        case .productNotCovered: "cover the product, or a family above it"
        case .assetNotCovered: "cover the asset"
        case .channelNotCovered: "cover the channel"
        case .outsideHours: "be open at that time, or take cases out of hours too"
        case .noAllocation: "have a pool that counts cases of this channel and product"
        case .exhausted: "have more available"
        }
    }
}

extension Refusal.Reason {
    var words: String {
        switch self {
        case .notCovered: "no entitlement covers the case"
        case .exhausted: "what covers the case has too little left"
        }
    }
}
