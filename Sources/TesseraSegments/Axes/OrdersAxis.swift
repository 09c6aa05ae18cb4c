/// How often someone has ordered: 0, 1, 2–3, 4–9, 10 or more orders that were not cancelled.
enum OrdersAxis {
  static let definition = """
    {"axis": "orders", "count": "orders", "cuts": [1, 2, 4, 10], "values": ["none", "one", "few", "many", "loyal"],
     "says": {"none": "has not ordered yet", "one": "has ordered once", "few": "has ordered 2 or 3 times",
       "many": "has ordered 4 to 9 times", "loyal": "has ordered 10 times or more"}}
    """
}
