import { afterEach, expect, test, vi } from "vitest";
import { Assets } from "../src/assets.js";
import { InputError } from "../src/errors.js";

afterEach(() => vi.unstubAllGlobals());

test.each([
  ["a page of the server, as many send where there is no file", () => new Response("<!doctype html>")],
  ["another manifest", () => Response.json({ name: "app" })],
  ["null", () => Response.json(null)],
  ["nothing", () => new Response(null, { status: 404 })],
])("says where the assets are missing: %s", async (_, answer) => {
  vi.stubGlobal("fetch", async () => answer());
  const opened = Assets.open(new URL("http://localhost/ksdiff/"), () => undefined);
  await expect(opened).rejects.toThrow(InputError);
  await expect(opened).rejects.toThrow(/localhost\/ksdiff\/manifest.json.*look where the assets lie/);
});
