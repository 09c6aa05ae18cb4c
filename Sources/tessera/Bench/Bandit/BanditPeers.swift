import Foundation
import TesseraModel

/// Vowpal Wabbit, and linear Thompson sampling per customer in numpy, each in a Python process of its own, on the same
/// rows, orders, events and seeds as ours. Files are written with `write`; each case says which ones it reads.
struct BanditPeers {
  enum Policy: String, CaseIterable {
    case squareCB = "vw-squarecb"
    case bag = "vw-bag"
    case linearThompson = "linear-thompson"
  }

  private let python: PythonPeer

  /// - Returns: nil where there is no `python3`.
  init?(folder: URL) throws {
    guard let python = try PythonPeer(folder: folder, script: BanditPeers.script) else { return nil }
    self.python = python
  }

  var folder: URL { python.folder }

  /// Whether Vowpal Wabbit and numpy are there.
  func installed() -> Bool { python.has("numpy", "vowpalwabbit") }

  /// Progressive replay of rows logged uniformly: a row counts, and is learnt from, where the policy draws the logged
  /// action; distributions stand for a batch. Reads `<name>.json` (`contexts`: sizes of the columns, `actions`, `rows`,
  /// `batch`), `<name>-context.i32`, `<name>-action.i32`, `<name>-reward.f64` and `<name>-order-<seed>.i32`.
  /// - Returns: the mean reward of the rows that counted.
  func replay(_ name: String, policy: Policy, seed: Int) throws -> Double {
    try number(python.run(["replay", name, policy.rawValue, String(seed)]), "mean")
  }

  /// A world whose true rates are known, by hours. Reads `<name>.json` (`segments`, `actions`, `axes`, `factors`,
  /// `hours`, `phases`, `window`) and `<name>-<seed>-` with `segments.i32`, `rates.f64`, `available.i32`,
  /// `hour.i32`, `segment.i32`, `uniform.f64` and `delay.i32`; events in order of time. What becomes known within an
  /// hour is of use from the next one.
  /// - Parameter isEager: learns from each reward when it is known, and from none after the window, rather than from
  ///   each event once, when three rewards of four would have come. Peers do far worse so.
  /// - Returns: the share of what the oracle gains on the uniform policy.
  func world(_ name: String, policy: Policy, isEager: Bool = false, seed: Int) throws -> WorldRun.Gain {
    let answer = try python.run(["world", name, policy.rawValue + (isEager ? "-eager" : ""), String(seed)])
    return WorldRun.Gain(all: try number(answer, "gain"), last: try number(answer, "last"))
  }

  /// Examples a second of Vowpal Wabbit. Reads `adf.json` (`contexts`, `actions`, `factors`, `rows`),
  /// `adf-context.i32`, `adf-action.i32`, `adf-reward.f64` and `adf-p.f64`.
  func throughput() throws -> (learn: Double, predict: Double) {
    let answer = try python.run(["throughput"])
    guard let learn = answer["learn_per_second"]?.double, let predict = answer["predict_per_second"]?.double else {
      throw CommandError("the peers' answer has no examples a second")
    }
    return (learn, predict)
  }

  /// Little-endian numbers, as the script reads them; names end in `.i32`.
  func write(_ values: [Int32], _ name: String) throws {
    try values.withUnsafeBytes { try Data($0).write(to: folder.appending(path: name)) }
  }

  /// Names end in `.f64`.
  func write(_ values: [Double], _ name: String) throws {
    try values.withUnsafeBytes { try Data($0).write(to: folder.appending(path: name)) }
  }

  /// What is said of a case, in `<name>.json`.
  func write(_ settings: JSONObject, _ name: String) throws {
    try Data(JSONWriter.bytes(.object(settings))).write(to: folder.appending(path: name + ".json"))
  }

  private func number(_ answer: JSONValue, _ key: String) throws -> Double {
    guard let value = answer[key]?.double else { throw CommandError("the peers' answer lacks \(key)") }
    return value
  }

  private static let script = #"""
    import json, os, sys, time
    # With more threads than free processors, small products wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import numpy as np

    folder, case, rest = sys.argv[1], sys.argv[2], sys.argv[3:]

    def numbers(name):
        return np.fromfile(f"{folder}/{name}", dtype={"i32": "<i4", "f64": "<f8"}[name.rsplit(".", 1)[1]])

    def settings(name):
        with open(f"{folder}/{name}.json") as file:
            return json.load(file)

    def quotient(a, b):
        return float(a) / float(b) if b else 0.0

    class VowpalWabbit:
        """Examples are parsed once and used again: a head a context, a line an action; only the line with the cost is
        parsed for each event. It learns and predicts to the bit what it would from whole texts, four times as fast."""

        def __init__(self, options, contexts, features, seed):
            from vowpalwabbit import Workspace
            self.vw = Workspace(f"--cb_explore_adf {options} -q ca --quiet --random_seed {seed}")
            self.contexts = contexts
            self.lines = ["|a " + " ".join(f"{j}_{v}" for j, v in enumerate(row)) for row in features]
            self.actions = self.vw.parse(["shared |c"] + self.lines)[1:]
            self.heads = {}

        def example(self, context, available):
            if context not in self.heads:
                text = "shared |c " + " ".join(f"{j}_{v}" for j, v in enumerate(self.contexts[context]))
                self.heads[context] = self.vw.parse([text, self.lines[0]])[0]
            return [self.heads[context]] + [self.actions[k] for k in available]

        def distributions(self, contexts, available):
            out = np.zeros((len(contexts), len(self.lines)))
            for i, context in enumerate(contexts.tolist()):
                out[i, available] = self.vw.predict(self.example(context, available.tolist()))
            # Single precision, and a bag may say 0.9999 in all.
            out = np.maximum(out, 0)
            return out / out.sum(axis=1, keepdims=True)

        def learn(self, contexts, actions, rewards, propensities, available):
            available = available.tolist()
            for c, a, r, p in zip(contexts.tolist(), actions.tolist(), rewards.tolist(), propensities.tolist()):
                example = self.example(c, available)
                line = self.vw.parse([f"0:{-r:.9g}:{p:.9g} {self.lines[a]}"])
                example[1 + available.index(a)] = line[0]
                self.vw.learn(example)
                self.vw.finish_example(line)

    class LinearThompson:
        """Agrawal and Goyal 2013: a weight for each pair of a value of an axis (or none) and a value of a factor (or
        none), a ridge prior around the mean of all rewards (1 to 1,000 tried), noise as large as the rewards' variance,
        m(1 - m) where they are 0 or 1. The distribution is how often each action is the best of 1,000 draws of the weights,
        the same ones for every context of a batch."""
        ALPHA, RIDGE, DRAWS, VALUES, CHUNK = 0.5, 200.0, 1000, 24, 16

        def __init__(self, contexts, features, seed):
            self.x, self.f = self.one_hots(contexts), self.one_hots(features)
            size = self.x.shape[1] * self.f.shape[1]
            self.precision, self.rewards, self.shown = self.RIDGE * np.eye(size), np.zeros(size), np.zeros(size)
            self.count = self.total = self.squares = 0.0
            # Draws of its own: what it needs of them does not move the draws of actions.
            self.random = np.random.default_rng([seed, 1])

        @classmethod
        def one_hots(cls, codes):
            """A column of ones, then a column for each of the most frequent values; the rest is pooled."""
            columns = [np.ones(len(codes))]
            for column in np.asarray(codes).T:
                values, counts = np.unique(column, return_counts=True)
                for value in values[np.argsort(-counts, kind="stable")[:cls.VALUES]]:
                    columns.append((column == value).astype(float))
            return np.ascontiguousarray(np.array(columns).T)

        def distributions(self, contexts, available):
            mean = quotient(self.total, self.count)
            deviation = max(quotient(self.squares, self.count) - mean * mean, 1e-3) ** 0.5
            normal = self.random.standard_normal((len(self.shown), self.DRAWS))
            weights = np.linalg.solve(np.linalg.cholesky(self.precision).T, normal * self.ALPHA * deviation)
            weights += np.linalg.solve(self.precision, self.rewards - mean * self.shown)[:, None]
            # For each action, by axis value and draw.
            weights = np.tensordot(self.f[available], weights.reshape(-1, self.f.shape[1], self.DRAWS), (1, 1)).astype("f4")
            x = self.x[contexts].astype("f4")
            out = np.zeros((len(contexts), len(self.f)))
            for start in range(0, len(contexts), self.CHUNK):
                scores = x[start:start + self.CHUNK] @ weights
                out[start:start + self.CHUNK, available] = np.count_nonzero(scores >= scores.max(axis=0), axis=2).T
            return out / out.sum(axis=1, keepdims=True)

        def learn(self, contexts, actions, rewards, propensities, available):
            rows = (self.x[contexts][:, :, None] * self.f[actions][:, None, :]).reshape(len(contexts), -1)
            self.precision += rows.T @ rows
            self.rewards += rewards @ rows
            self.shown += rows.sum(axis=0)
            self.count += len(rewards)
            self.total += rewards.sum()
            self.squares += (rewards * rewards).sum()

    # Tuned: --gamma_scale from 10 to 1,000 and -l from 0.02 to 2 for squarecb, -l from 0.02 to 0.5 for bag.
    SQUARECB = "--squarecb --gamma_scale 100"
    BAG = {"replay": "--bag 10 -l 0.02", "world": "--bag 10 -l 0.05"}

    def policy(name, contexts, features, seed):
        if name == "linear-thompson":
            return LinearThompson(contexts, features, seed)
        return VowpalWabbit({"vw-squarecb": SQUARECB, "vw-bag": BAG[case]}[name], contexts, features, seed)

    def drawn(distributions, uniforms):
        """Distributions of a row each; one action a row, never one of probability 0."""
        sums = distributions.cumsum(axis=1)
        return (sums <= (uniforms * sums[:, -1])[:, None]).sum(axis=1)

    def replay(name, policy_name, seed):
        given = settings(name)
        rows, actions = given["rows"], given["actions"]
        codes = numbers(f"{name}-context.i32").reshape(rows, -1)
        logged, rewards = numbers(f"{name}-action.i32"), numbers(f"{name}-reward.f64")
        contexts, index = np.unique(codes, axis=0, return_inverse=True)
        index, everything = index.ravel(), np.arange(actions)
        order = numbers(f"{name}-order-{seed}.i32")
        uniforms = np.random.default_rng(seed).random(len(order))
        learner = policy(policy_name, contexts, everything[:, None], seed)
        total = count = 0
        for start in range(0, len(order), given["batch"]):
            batch = order[start:start + given["batch"]]
            distinct, back = np.unique(index[batch], return_inverse=True)
            distributions = learner.distributions(distinct, everything)[back.ravel()]
            chosen = drawn(distributions, uniforms[start:start + len(batch)])
            hit = np.flatnonzero(chosen == logged[batch])
            if not len(hit):
                continue
            taken = batch[hit]
            learner.learn(index[taken], chosen[hit], rewards[taken], distributions[hit, chosen[hit]], everything)
            total, count = total + rewards[taken].sum(), count + len(hit)
        return {"mean": quotient(total, count)}

    # How long a policy waits for the reward of an event, before it learns from it: as long as three rewards of four take.
    WAIT = 0.75

    def world(name, policy_name, seed):
        """By hours. An event is learnt from once, after the wait, as Personalizer does; a later reward is lost. A policy
        called `-eager` learns from each event when its reward is known, from one without a reward after the window: then
        it sees too many rewards at first, and online learners never get over it."""
        given = settings(name)
        size, hours, window = (given["segments"], given["actions"]), given["hours"], given["window"]
        eager = policy_name.endswith("-eager")
        policy_name = policy_name.removesuffix("-eager")
        def column(what):
            return numbers(f"{name}-{seed}-{what}")
        contexts = column("segments.i32").reshape(size[0], -1)
        rates = column("rates.f64").reshape(-1, *size)
        first, end = column("available.i32").reshape(2, -1)
        hour, segment, uniform, delay = column("hour.i32"), column("segment.i32"), column("uniform.f64"), column("delay.i32")
        # VW is also told which action it is; for weights by pairs that would be too many.
        features = np.array(given["factors"]) if policy_name == "linear-thompson" else np.column_stack([given["factors"], np.arange(size[1])])
        learner = policy(policy_name, contexts, features, seed)
        wait = min(window, int(np.quantile(delay, WAIT)))
        draws = np.random.default_rng(seed).random(len(hour))
        # By the first hour that decides with them: what becomes known within an hour is of use from the next one.
        known = [[] for _ in range(hours + 1)]
        chosen_sum, uniform_sum, oracle_sum = np.zeros((3, hours))
        for h in range(hours):
            for batch in known[h]:
                learner.learn(*batch)
            known[h] = []
            events = slice(*np.searchsorted(hour, [h, h + 1]))
            available = np.flatnonzero((first <= h) & (h < end))
            if events.start == events.stop or not len(available):
                continue
            truth = rates[np.searchsorted(given["phases"], h, side="right") - 1]
            distinct, back = np.unique(segment[events], return_inverse=True)
            distributions = learner.distributions(distinct, available)[back.ravel()]
            chosen = drawn(distributions, draws[events])
            own = truth[segment[events]]
            row = np.arange(len(chosen))
            chosen_sum[h] = own[row, chosen].sum()
            uniform_sum[h] = own[:, available].mean(axis=1).sum()
            oracle_sum[h] = own[:, available].max(axis=1).sum()
            won = uniform[events] < own[row, chosen]
            if eager:
                due = h + np.where(won, delay[events], window)
            else:
                won &= delay[events] <= wait
                due = np.full(len(won), h + wait)
            due = np.minimum(due + 1, hours)
            for when in np.unique(due).tolist():
                i = np.flatnonzero(due == when)
                known[when].append((segment[events][i], chosen[i], won[i].astype(float), distributions[i, chosen[i]], available))
        shares = []
        for part in (slice(0, hours), slice(hours - hours // 4, hours)):
            base = uniform_sum[part].sum()
            shares.append(quotient(chosen_sum[part].sum() - base, oracle_sum[part].sum() - base))
        return dict(zip(("gain", "last"), shares))

    def throughput():
        """What is timed: the calls that learn and predict, of squarecb, in one thread, on examples that are parsed already.
        The heads and the lines with costs are parsed beforehand, a thousand rows at a time, which stay in the processor's
        caches; the other lines are parsed once for all rows. No text is read within the time, nor a cache file, from which
        VW learns half as fast. The best of three rounds."""
        from vowpalwabbit.pyvw import pylibvw
        given = settings("adf")
        contexts = numbers("adf-context.i32").reshape(given["rows"], -1)
        action, reward, p = numbers("adf-action.i32"), numbers("adf-reward.f64"), numbers("adf-p.f64")
        learner = VowpalWabbit(SQUARECB, contexts, given["factors"], 1)

        def example(row, with_cost):
            example = learner.example(row, range(given["actions"]))
            if with_cost:
                k = int(action[row])
                example[1 + k] = learner.vw.parse([f"0:{-reward[row]:.9g}:{p[row]:.9g} {learner.lines[k]}"])[0]
            return example

        def per_second(work, with_cost):
            seconds = 0.0
            for start in range(0, given["rows"], 1000):
                examples = [example(row, with_cost) for row in range(start, min(start + 1000, given["rows"]))]
                begun = time.perf_counter()
                for e in examples:
                    work(learner.vw, e)
                seconds += time.perf_counter() - begun
                learner.heads.clear()
            return given["rows"] / seconds

        learn = max(per_second(pylibvw.vw.learn_multi, True) for _ in range(3))
        return {"learn_per_second": learn, "predict_per_second": max(per_second(pylibvw.vw.predict_multi, False) for _ in range(3))}

    if case == "throughput":
        answer = throughput()
    else:
        answer = {"replay": replay, "world": world}[case](rest[0], rest[1], int(rest[2]))
    print(json.dumps(answer))
    """#
}
