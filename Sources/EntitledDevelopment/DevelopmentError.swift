/// Why a development cluster or its certificates can't be had. The message says what to do about it.
package struct DevelopmentError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// A program that is needed isn't installed, or is too old.
        case missingProgram
        /// The user as whom PostgreSQL runs can't enter the folder or one of those above it.
        case unreachableFolder
        /// Another server runs on the folder.
        case inUse
        /// A program ended with a failure, or didn't do its work in time.
        case failed
        /// The operating system refused a call.
        case system
        /// An argument that can't be used.
        case invalidArgument
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
