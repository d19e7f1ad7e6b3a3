/**
 * The entry of every realm. Hardening comes first, locking last; a module that imports this file gets nothing, for it
 * exports nothing.
 *
 * @module
 */
import "./usage.ts";
import "./learn.ts";
import { HIDDEN_PROTOTYPES } from "./harden.ts";
import { SHARED } from "./session.ts";
// Part of the first module graph, so that a module finds it loaded: later it would need a read permission.
import * as api from "asterism";
import { lock } from "./lock.ts";

lock([...HIDDEN_PROTOTYPES, ...SHARED, ...Object.values(api)]);
