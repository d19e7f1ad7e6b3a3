// deno-lint-ignore-file no-unused-vars -- its text becomes a part of a module
/**
 * Walks everything that a module can reach, inside a realm, and finds what its neighbors could change. The text of this
 * file is put into a module; `walk_test.ts` runs it.
 *
 * What is shared is found out, not listed: an object is shared when the globals lead to it, or when two runs of the same
 * recipe do. Of everything that a run alone has, each method is called, with some arguments of every kind, and what comes
 * of that is walked, too.
 */

/** How long a promise is waited for, in milliseconds: what is ready is so in a turn or two. */
const PATIENCE_MS = 40;

/** Calls that are waited for together. */
const BATCH = 2_000;

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
const nameOfKey = (key) => typeof key === "symbol" ? `[${key.description ?? ""}]` : String(key);

/** Arguments that methods are called with; new ones each time. */
const SAMPLES = [
  () => [],
  () => ["x"],
  () => [8],
  () => [() => 1],
  () => [{}],
  () => [[["a", "b"]]],
  () => [/x/g, "y"],
  () => [new Uint8Array(8)],
  () => ["http://x.example/"],
  () => [new Uint8Array(8).buffer, 0],
];

/** What does not have to be called: it would end or hold up the walk. */
const UNCALLED = new Set(["constructor", "setInterval", "setImmediate", "setTimeout", "dispatchEvent"]);

class Walker {
  /** Shared objects, and how they are reached. */
  shared = new Map();
  /** Everything that was seen to be the prototype of something. */
  #prototypes = new Set();
  /** Those of which an instance was seen. */
  #instantiated = new Set();
  /** Prototypes the methods of whose instances were called. */
  #explored = new Set();
  findings = [];
  calls = 0;

  /** Everything reachable from a value that is not known to be shared: object to steps. */
  #reach(root, path, fresh) {
    const found = new Map();
    const open = [];
    const add = (value, steps, shown) => {
      if (!isObject(value) || found.has(value) || this.shared.has(value)) return;
      this.#prototypes.add(Object.getPrototypeOf(value));
      const entry = { steps, shown };
      found.set(value, entry);
      open.push([value, entry]);
    };
    add(root, [], path);
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [object, { steps, shown }] = next;
      if (steps.length > 12) continue;
      for (const [value, step, how] of edges(object)) add(value, [...steps, step], `${shown}${how}`);
      for (const [value, step, how] of readings(object)) {
        if (fresh === undefined || value === step(object)) add(value, [...steps, step], `${shown}${how}`);
        else if (isObject(value)) fresh(`${shown}${how}`, [...steps, step]);
      }
    }
    return found;
  }

  /** All that a value leads to is shared, but for what an accessor makes anew each time: that is a recipe. */
  async share(value, path) {
    const makers = [];
    const fresh = (shown, steps) => makers.push([shown, () => steps.reduce((one, step) => step(one), value)]);
    for (const [object, { shown }] of this.#reach(value, path, fresh)) this.#addShared(object, shown);
    for (const [path, make] of makers) await this.follow(path, make);
  }

  #addShared(object, path) {
    this.shared.set(object, path);
    if (typeof object === "function" && isObject(object.prototype)) this.#prototypes.add(object.prototype);
  }

  /** A recipe that must work. */
  async cook(name, make) {
    try {
      await make();
    } catch (error) {
      this.findings.push(`(${name}): the recipe fails: ${error}`);
    }
    await this.follow(`(${name})`, make);
  }

  /** Runs a recipe twice, tells apart what both runs share, and goes on with what each has for itself. */
  async follow(path, make) {
    const open = [[path, make]];
    while (open.length > 0) {
      const some = open.splice(0, BATCH);
      const made = await Promise.all(some.map(([path, make]) => this.#twice(path, make)));
      for (const one of made) if (one !== undefined) open.push(...this.#compare(one));
    }
  }

  async #twice(path, make) {
    const results = await Promise.all([outcome(make), outcome(make)]);
    this.calls += 2;
    return results.every(isObject) ? { path, make, results } : undefined;
  }

  /** The recipes that follow from one that was run twice. */
  #compare({ path, make, results: [first, second] }) {
    const one = this.#reach(first, path);
    const other = this.#reach(second, path);
    const further = [];
    for (const [object, { shown }] of one) if (other.has(object)) this.#addShared(object, shown);
    for (const [object, { steps, shown }] of one) {
      if (other.has(object)) continue;
      const prototype = this.#classOf(object);
      if (prototype === null) continue;
      this.#instantiate(prototype);
      if (this.#explored.has(prototype)) continue;
      this.#explored.add(prototype);
      const again = async () => steps.reduce((value, step) => step(value), await outcome(make));
      further.push(...callsOf(object, shown, again));
    }
    return further;
  }

  /** A class is the prototype of what extends it, and yet none. */
  #isPrototype(object) {
    return this.#prototypes.has(object) && (typeof object !== "function" || !Object.hasOwn(object, "prototype"));
  }

  /** The nearest prototype that is shared. */
  #classOf(object) {
    let prototype = Object.getPrototypeOf(object);
    while (prototype !== null && !this.shared.has(prototype)) prototype = Object.getPrototypeOf(prototype);
    return prototype;
  }

  /** Functions that shared objects have, but for prototypes: called and constructed. */
  async callShared(skip) {
    const makers = [];
    for (const [object, path] of [...this.shared]) {
      if (this.#isPrototype(object) || skip.test(path)) continue;
      makers.push(...callsOf(object, path, () => object, { own: true }));
      if (typeof object === "function" && Object.hasOwn(object, "prototype")) {
        for (const [index, sample] of SAMPLES.entries()) {
          makers.push([`new ${path}(${index})`, () => Reflect.construct(object, sample())]);
        }
      }
    }
    for (const [path, make] of makers) await this.follow(path, make);
  }

  /** An instance of a class is one of those that the class extends, too. */
  #instantiate(prototype) {
    for (let one = prototype; one !== null; one = Object.getPrototypeOf(one)) this.#instantiated.add(one);
  }

  /** Whether a function is a class that makes instances, and not one that anybody could write. */
  #makes(made) {
    if (!isObject(made.prototype) || Reflect.ownKeys(made.prototype).length < 2) return false;
    return SAMPLES.some((sample) => outcomeOf(() => Reflect.construct(made, sample()) instanceof made) === true);
  }

  /** Looks at every shared object. */
  inspect() {
    for (const [object, path] of this.shared) {
      const say = (what) => this.findings.push(`${path}: ${what}`);
      const prototype = this.#isPrototype(object);
      if (Object.isExtensible(object)) {
        say("is extensible");
        if (outcomeOf(() => Object.setPrototypeOf(object, Object.getPrototypeOf(object))) === object) {
          say("takes a prototype");
        }
      }
      for (const key of Reflect.ownKeys(object)) {
        const { configurable, writable = false, set } = Reflect.getOwnPropertyDescriptor(object, key) ?? {};
        if (configurable || writable) say(`has ${nameOfKey(key)}, which can be changed`);
        if (set !== undefined && !prototype) say(`has a setter for ${nameOfKey(key)}`);
      }
      if (!prototype && !isPlain(object)) say("is an instance that may have a state of its own");
      if (!prototype) this.#instantiate(Object.getPrototypeOf(object));
    }
    for (const [object, path] of this.shared) {
      if (typeof object !== "function" || !Object.hasOwn(object, "prototype")) continue;
      const { prototype } = object;
      if (path.startsWith("(") && this.#makes(object)) {
        this.findings.push(`${path}: a class without a name makes instances`);
      }
      if (!isObject(prototype) || this.#instantiated.has(prototype) || Reflect.ownKeys(prototype).length < 2) continue;
      this.findings.push(`${path}: no recipe makes an instance`);
    }
  }
}

/** What an object leads to by itself: its prototype and its properties. */
function* edges(object) {
  const prototype = Object.getPrototypeOf(object);
  yield [prototype, (value) => Object.getPrototypeOf(value), ".^"];
  for (const key of Reflect.ownKeys(object)) {
    const { value, get, set } = Reflect.getOwnPropertyDescriptor(object, key) ?? {};
    const shown = typeof key === "symbol" ? nameOfKey(key) : `.${key}`;
    const of = (part) => (one) => Reflect.getOwnPropertyDescriptor(one, key)?.[part];
    yield [value, of("value"), shown];
    yield [get, of("get"), `${shown}(get)`];
    yield [set, of("set"), `${shown}(set)`];
  }
}

/** What the accessors of an object and of its prototypes give when they are read on it; what they throw as well. */
function* readings(object) {
  for (let one = object; one !== null; one = Object.getPrototypeOf(one)) {
    for (const key of Reflect.ownKeys(one)) {
      if (Reflect.getOwnPropertyDescriptor(one, key)?.get === undefined) continue;
      const read = (value) => outcomeOf(() => Reflect.get(value, key));
      yield [read(object), read, typeof key === "symbol" ? nameOfKey(key) : `.${key}`];
    }
  }
}

/** Calls of all methods of an object. */
function callsOf(object, path, again, { own = false } = {}) {
  const keys = new Set();
  for (let one = object; one !== null && one !== Object.prototype; one = own ? null : Object.getPrototypeOf(one)) {
    for (const key of Reflect.ownKeys(one)) if (!UNCALLED.has(key)) keys.add(key);
  }
  const functions = [...keys].filter((key) => typeof outcomeOf(() => object[key]) === "function");
  return functions.flatMap((key) =>
    SAMPLES.map((sample, index) => [
      `${path}.${nameOfKey(key)}(${index})`,
      async () => (await again())[key](...sample()),
    ])
  );
}

function outcomeOf(run) {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

/** What comes of it in time, be it thrown. */
async function outcome(make) {
  try {
    let timer;
    const late = new Promise((resolve) => timer = setTimeout(resolve, PATIENCE_MS));
    const result = make();
    const value = await Promise.race([result, late]);
    clearTimeout(timer);
    return value;
  } catch (error) {
    return error;
  }
}

/** Functions, lists and plain objects keep nothing but their properties. */
function isPlain(object) {
  if (typeof object === "function") return true;
  const prototype = Object.getPrototypeOf(object);
  return prototype === null || prototype === Object.prototype || Array.isArray(object);
}
