/// Named values in a fixed order, as a template that loops over an object sees them.
///
/// Names are unique: a later value for the same name replaces the earlier one in its place. Copies share their storage;
/// changing a member copies all of them, so build large objects with `init(_:)`.
public struct LiquidObject: Sendable, ExpressibleByDictionaryLiteral {
  private final class Storage: Sendable {
    let keys: [String]
    let values: [LiquidValue]
    /// Only for objects with more names than it is worth to compare one by one.
    let places: [String: Int]?

    init(keys: [String], values: [LiquidValue], places: [String: Int]?) {
      (self.keys, self.values, self.places) = (keys, values, places)
    }
  }

  private static let scannedCountMax = 16
  private static let none = Storage(keys: [], values: [], places: nil)
  private var storage: Storage

  /// Makes an object with these members in this order.
  public init(_ members: some Sequence<(String, LiquidValue)>) {
    var keys: [String] = []
    var values: [LiquidValue] = []
    var places: [String: Int] = [:]
    for (key, value) in members {
      if let place = places.updateValue(keys.count, forKey: key) {
        places[key] = place
        values[place] = value
      } else {
        keys.append(key)
        values.append(value)
      }
    }
    storage = Storage(keys: keys, values: values, places: keys.count > LiquidObject.scannedCountMax ? places : nil)
  }

  /// Makes an object from a dictionary, the members in the order of their names.
  public init(_ members: [String: LiquidValue]) {
    self.init(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  /// Makes an object without members.
  public init() { storage = LiquidObject.none }

  /// Makes an object that keeps the order of the literal.
  public init(dictionaryLiteral elements: (String, LiquidValue)...) { self.init(elements) }

  /// The value of a name, nil when there is none. Setting nil removes the name; a new name goes last.
  public subscript(key: String) -> LiquidValue? {
    get {
      if let places = storage.places { return places[key].map { storage.values[$0] } }
      for i in storage.keys.indices where storage.keys[i] == key { return storage.values[i] }
      return nil
    }
    set {
      var members = Array(self).map { ($0.key, $0.value) }
      if let newValue {
        members.append((key, newValue))
      } else {
        members.removeAll { $0.0 == key }
      }
      self = LiquidObject(members)
    }
  }
}

extension LiquidObject: RandomAccessCollection {
  /// The first place, always 0.
  public var startIndex: Int { 0 }
  /// The place after the last member.
  public var endIndex: Int { storage.keys.count }
  /// The member at a place.
  public subscript(position: Int) -> (key: String, value: LiquidValue) {
    (storage.keys[position], storage.values[position])
  }
}

extension LiquidObject: Equatable {
  /// Whether both have equal members, in whatever order.
  public static func == (left: LiquidObject, right: LiquidObject) -> Bool {
    left.storage === right.storage || (left.count == right.count && left.allSatisfy { right[$0.key] == $0.value })
  }
}
