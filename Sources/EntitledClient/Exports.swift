// Whoever calls needs the values too: ids, inquiries, answers, errors. One import is enough.
@_exported public import EntitledCore
