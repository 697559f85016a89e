import EntitledCore
import Testing

@testable import EntitledStore

@Suite("Which calendars are loaded in advance")
struct CalendarHintsTests {
    private static func ids(_ numbers: some Sequence<Int>) -> Set<CalendarID> {
        Set(numbers.map { CalendarID(stored: "calendar-\($0)") })
    }

    @Test("Those that were missed, all of them as long as they are few")
    func few() {
        let hints = CalendarHints()
        #expect(hints.calendars.isEmpty)
        hints.learn(Self.ids(1...2))
        hints.learn(Self.ids([CalendarHints.limit]))
        #expect(hints.calendars == Self.ids([1, 2, CalendarHints.limit]))
    }

    @Test("Of too many only the latest; none if these are too many themselves")
    func many() {
        let hints = CalendarHints()
        hints.learn(Self.ids(1...CalendarHints.limit))
        #expect(hints.calendars.count == CalendarHints.limit)
        hints.learn(Self.ids(100...101))
        #expect(hints.calendars == Self.ids(100...101))
        hints.learn(Self.ids(0...CalendarHints.limit))
        #expect(hints.calendars.isEmpty)
    }
}
