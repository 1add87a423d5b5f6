"""The paper's five tables in Markdown: its figures beside ours."""

SCHEMES = {"pruned": "Pruning", "int8": "Quant."}
NAMES = {"vgg11": "VGG11", "resnet18": "ResNet18", "densenet121": "DenseNet121"}
STRENGTHS = ("2", "8", "16")


def percent(share):
    return "-" if share is None else f"{100 * share:.2f}"


def host(summary, key):
    return next(judge[key] for judge in summary["judges"] if judge["kind"] == "host")


def attacked(summary, who):
    return " / ".join(percent(summary["fgsm"][strength][who]) for strength in STRENGTHS)


def slashed(figures):
    return " / ".join(f"{figure:.2f}" for figure in figures)


def repaired(recipe, summary):
    """The recipe, and whether nothing came of it."""
    rounds = summary["repair"].get("rounds") or []
    kept = not rounds or any(r["kept"] for r in rounds)
    return f"`{recipe}`" if kept else f"`{recipe}`, rolled back"


def attacked_anew(summary, least=None):
    """Held-out seeds with a deviation in a new search, before and after the repair, where one was made."""
    found = summary.get("new_search")
    if not found:
        return "not measured"
    counts = found["by_confidence"].get(least) if least else found["seeds_with_deviation"]
    return f"{counts['before']} → {counts['after']} of {found['seeds']}" if counts else "not measured"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]


def rows_of(results, published):
    """scheme, network, summary and coverage of ours, the paper's figures; in the paper's order."""
    for scheme in SCHEMES:
        for network in NAMES:
            if (network, scheme) in results:
                yield scheme, network, results[network, scheme], published["pairs"][scheme][network]


def write(results, published, setting):
    """The document.

    results: {(network, scheme): {"repairs": {recipe: a pair of summary.json}, "coverage": effective or None}}
    setting: sentences that tell how ours were made.
    """
    lines = ["# The paper's tables, made again", "",
             f"Figures of the paper: {published['source']}. Each cell: the paper's, then ours.", ""]
    lines += ["What differs in the setting:", ""] + [f"- {sentence}" for sentence in setting] + [""]
    missing = [NAMES[n] for n in NAMES if (n, "int8") not in results]
    if missing:
        lines[-1:] = [f"- Not run: {', '.join(missing)}.", ""]
    rows = list(rows_of(results, published))
    # What comes before the repair is the same whatever the recipe.
    first = [(s, n, next(iter(r["repairs"].values())), p) for s, n, r, p in rows]
    repairs = [(s, n, recipe, summary, p)
               for s, n, r, p in rows for recipe, summary in r["repairs"].items()]

    lines += ["## Table 1: accuracy, and effective pictures found", ""]
    lines += table(
        ["scheme", "model", "original %", "compressed %", "effective"],
        [(SCHEMES[s], NAMES[n], f"{p['accuracy'][0]} · {percent(r['accuracy']['original'])}",
          f"{p['accuracy'][1]} · {percent(r['accuracy']['compressed'])}",
          f"{p['effective'][0]} · {host(r, 'deviates')}") for s, n, r, p in first])

    lines += ["", "## Table 2: neuron coverage on pruned models, effective pictures", ""]
    lines += table(
        ["model", "without", "with"],
        [(NAMES[n], f"{p['without_coverage']} · {r['coverage']['without']}",
          f"{p['with_coverage']} · {r['coverage']['with']}")
         for s, n, r, p in rows if s == "pruned" and r.get("coverage")])

    lines += ["", "## Table 3: before and after the repair", ""]
    lines += table(
        ["scheme", "model", "recipe", "accuracy % before", "after", "agreement with the original %, ours",
         "effective before", "after", "held out before", "after",
         "new search, ours", "new search at 0.7 / 0.9, ours"],
        [(SCHEMES[s], NAMES[n], repaired(recipe, r),
          f"{p['accuracy'][1]} · {percent(r['accuracy']['compressed'])}",
          f"{p['accuracy'][2]} · {percent(r['accuracy']['repaired'])}",
          f"{percent(r['agreement']['compressed'])} → {percent(r['agreement']['repaired'])}",
          f"{p['effective'][0]} · {r['repair']['corpus_before']}",
          f"{p['effective'][1]} · {r['repair']['corpus_after']}",
          f"{p['test'][0]} · {r['repair']['heldout_before']}",
          f"{p['test'][1]} · {r['repair']['heldout_after']}",
          attacked_anew(r), f"{attacked_anew(r, '0.7')} / {attacked_anew(r, '0.9')}") for s, n, recipe, r, p in repairs])

    lines += ["", "## Table 4: accuracy under FGSM at 2 / 8 / 16, %", ""]
    lines += table(
        ["scheme", "model", "recipe", "before, paper", "before, ours", "after, paper", "after, ours"],
        [(SCHEMES[s], NAMES[n], repaired(recipe, r), slashed(p["fgsm_before"]), attacked(r, "compressed"),
          slashed(p["fgsm_after"]), attacked(r, "repaired")) for s, n, recipe, r, p in repairs])

    lines += ["", "## Table 5: the originals under FGSM at 2 / 8 / 16, %", ""]
    seen = {}
    for _, n, r, _ in first:
        seen.setdefault(n, attacked(r, "original"))
    lines += table(
        ["model", "paper", "ours"],
        [(NAMES[n], slashed(published["fgsm_original"][n]), ours) for n, ours in seen.items()])
    return "\n".join(lines) + "\n"
