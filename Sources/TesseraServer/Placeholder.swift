enum Placeholder {}
import Hummingbird
