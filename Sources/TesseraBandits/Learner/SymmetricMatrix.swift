/// A dense symmetric positive definite matrix: its Cholesky factor, solutions and inverse. Rows lie behind each other;
/// only the lower half is read and written. The caller keeps its eigenvalues at 1 or above, so that nothing here can
/// fail (Golub and Van Loan, Matrix Computations, chapter 4).
struct SymmetricMatrix: Sendable {
  let size: Int
  private(set) var values: [Double]

  init(size: Int) {
    self.size = size
    values = [Double](repeating: 0, count: size * size)
    for i in 0..<size { values[i * size + i] = 1 }
  }

  subscript(i: Int, j: Int) -> Double { i >= j ? values[i * size + j] : values[j * size + i] }

  mutating func withLower<R>(_ body: (UnsafeMutableBufferPointer<Double>) -> R) -> R {
    values.withUnsafeMutableBufferPointer { body($0) }
  }

  /// Replaces the lower half by the factor L of L·Lᵀ.
  mutating func factor() {
    let n = size
    values.withUnsafeMutableBufferPointer { m in
      guard let base = m.baseAddress else { return }
      for i in 0..<n {
        let row = base + i * n
        for j in 0..<i { row[j] = (row[j] - SymmetricMatrix.dot(row, base + j * n, j)) / base[j * n + j] }
        row[i] = max(row[i] - SymmetricMatrix.dot(row, row, i), 1e-12).squareRoot()
      }
    }
  }

  /// Solves with a factored matrix.
  func solve(_ right: [Double]) -> [Double] {
    let n = size
    var x = right
    values.withUnsafeBufferPointer { m in
      x.withUnsafeMutableBufferPointer { x in
        guard let base = m.baseAddress, let out = x.baseAddress else { return }
        for i in 0..<n { out[i] = (out[i] - SymmetricMatrix.dot(base + i * n, out, i)) / base[i * n + i] }
        for i in stride(from: n - 1, through: 0, by: -1) {
          out[i] /= base[i * n + i]
          SymmetricMatrix.add(base + i * n, times: -out[i], to: out, i)
        }
      }
    }
    return x
  }

  /// The inverse of the matrix that this factored one came from.
  func inverse() -> SymmetricMatrix {
    let n = size
    let lower = inverseFactor()
    var out = SymmetricMatrix(size: n)
    lower.values.withUnsafeBufferPointer { m in
      out.values.withUnsafeMutableBufferPointer { o in
        guard let m = m.baseAddress, let o = o.baseAddress else { return }
        for i in 0..<n { o[i * n + i] = 0 }
        for k in 0..<n {
          let row = m + k * n
          for i in 0...k { SymmetricMatrix.add(row, times: row[i], to: o + i * n, i + 1) }
        }
      }
    }
    return out
  }

  /// The diagonal of that inverse, at half its price.
  func inverseDiagonal() -> [Double] {
    let n = size
    var out = [Double](repeating: 0, count: n)
    inverseFactor().values.withUnsafeBufferPointer { m in
      for k in 0..<n { for i in 0...k { out[i] += m[k * n + i] * m[k * n + i] } }
    }
    return out
  }

  /// L⁻¹ of a factored matrix, row by row from those above.
  private func inverseFactor() -> SymmetricMatrix {
    let n = size
    var lower = SymmetricMatrix(size: n)
    values.withUnsafeBufferPointer { l in
      lower.values.withUnsafeMutableBufferPointer { m in
        guard let l = l.baseAddress, let m = m.baseAddress else { return }
        for i in 0..<n {
          let row = m + i * n
          row[i] = 0
          for k in 0..<i { SymmetricMatrix.add(m + k * n, times: l[i * n + k], to: row, k + 1) }
          let d = 1 / l[i * n + i]
          for k in 0..<i { row[k] *= -d }
          row[i] = d
        }
      }
    }
    return lower
  }

  /// Four sums side by side, always in the same order. Plain loops are as fast as vectors when optimised, and much
  /// faster when not.
  @inline(__always)
  private static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    var (s, t, u, v) = (0.0, 0.0, 0.0, 0.0)
    var i = 0
    while i &+ 4 <= count {
      s += a[i] * b[i]
      t += a[i &+ 1] * b[i &+ 1]
      u += a[i &+ 2] * b[i &+ 2]
      v += a[i &+ 3] * b[i &+ 3]
      i &+= 4
    }
    while i < count {
      s += a[i] * b[i]
      i &+= 1
    }
    return (s + t) + (u + v)
  }

  @inline(__always)
  private static func add(
    _ a: UnsafePointer<Double>, times factor: Double, to b: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for i in 0..<count { b[i] += factor * a[i] }
  }
}
