import EntitledCore
import Testing

@testable import EntitledStore

@Suite("What is loaded because the batches before needed it")
struct LoadingHintsTests {
    private static func ids(_ numbers: some Sequence<Int>) -> Set<CalendarID> {
        Set(numbers.map { CalendarID(stored: "calendar-\($0)") })
    }

    @Test("Calendars that were missed, all of them as long as they are few")
    func few() {
        let hints = LoadingHints()
        #expect(hints.calendars.isEmpty)
        hints.learn(missed: Self.ids(1...2))
        hints.learn(missed: Self.ids([LoadingHints.limit]))
        #expect(hints.calendars == Self.ids([1, 2, LoadingHints.limit]))
    }

    @Test("Of too many calendars only the latest; none if these are too many themselves")
    func many() {
        let hints = LoadingHints()
        hints.learn(missed: Self.ids(1...LoadingHints.limit))
        #expect(hints.calendars.count == LoadingHints.limit)
        hints.learn(missed: Self.ids(100...101))
        #expect(hints.calendars == Self.ids(100...101))
        hints.learn(missed: Self.ids(0...LoadingHints.limit))
        #expect(hints.calendars.isEmpty)
    }
}
