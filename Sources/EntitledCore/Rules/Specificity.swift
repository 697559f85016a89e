/// How specifically an entitlement fits a case. What is compared first stands first; smaller is more specific.
public struct Specificity: Hashable, Sendable, Codable {
    /// Whether the case's asset is listed.
    public let namesAsset: Bool
    /// Whether the case's contact is listed.
    public let namesContact: Bool
    /// How far above the case's product the covering one stands: 0 is the product itself; nil covers all.
    public let productLevels: Int32?
    /// Whether the case's channel is listed.
    public let namesChannel: Bool
    /// Whose it is: 0 the contact's own, 1 the account's, 2 the account's above, and so on; nil stands apart.
    public let customerLevels: Int32?
    /// First tie-break: smaller wins; nil comes last.
    public let priority: Int32?
    /// Second tie-break: the oldest wins. The third is the id.
    public let startDay: CalendarDay

    init(_ terms: borrowing EntitlementTerms, _ subject: borrowing Matching.Subject) {
        namesAsset = terms.assets != nil
        namesContact = terms.contacts != nil
        productLevels = terms.service.products.flatMap { scope in
            subject.products.firstIndex { scope.contains($0.id) }.map { Int32($0) }
        }
        namesChannel = terms.service.channels != nil
        customerLevels = subject.levels(to: terms.customer)
        priority = terms.priority
        startDay = terms.startDay
    }

    package init(
        namesAsset: Bool, namesContact: Bool, productLevels: Int32?, namesChannel: Bool, customerLevels: Int32?,
        priority: Int32?, startDay: CalendarDay
    ) {
        self.namesAsset = namesAsset
        self.namesContact = namesContact
        self.productLevels = productLevels
        self.namesChannel = namesChannel
        self.customerLevels = customerLevels
        self.priority = priority
        self.startDay = startDay
    }

    /// Whether it is more specific; nil if they are equally so.
    func precedes(_ other: Specificity) -> Bool? {
        if namesAsset != other.namesAsset { return namesAsset }
        if namesContact != other.namesContact { return namesContact }
        let products = (productLevels ?? .max, other.productLevels ?? .max)
        if products.0 != products.1 { return products.0 < products.1 }
        if namesChannel != other.namesChannel { return namesChannel }
        let customers = (customerLevels ?? .max, other.customerLevels ?? .max)
        if customers.0 != customers.1 { return customers.0 < customers.1 }
        // Nil comes after every number, the largest too.
        if priority != other.priority {
            guard let mine = priority, let theirs = other.priority else { return priority != nil }
            return mine < theirs
        }
        if startDay != other.startDay { return startDay < other.startDay }
        return nil
    }
}
