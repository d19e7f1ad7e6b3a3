/**
 * The entry of every realm. Hardening comes first; a module that imports this file gets nothing, for it exports nothing.
 *
 * @module
 */
import "./harden.ts";
import "./session.ts";
// Part of the first module graph, so that a module finds it loaded: later it would need a read permission.
import "asterism";
