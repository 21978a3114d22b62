"""The grammar that random programs are written from: what each kind of expression and statement may look like.

``@name`` is a hole. ``@int`` and its like are expressions of that kind, ``@int_name`` is a variable, and the other holes are rules of
``RULES``. The first form of each rule is the simplest, which is what shrinking leads to.
"""

from typing import Final

VARIABLES: Final = {
    "int": ("a", "b", "n"),
    "float": ("u",),
    "bool": ("p",),
    "text": ("s", "t"),
    "array": ("xs", "ys"),
    "map": ("m",),
}
"""What each kind of variable is called in the main program."""

LOCALS: Final = {"int": ("a", "x"), "float": ("u",), "bool": ("p",), "text": ("s",), "array": ("xs",), "map": ("m",)}
"""The same in functions, whose first lines declare them."""

PRELUDE: Final = {
    "a": "let a = x;",
    "u": "let u = 1.5;",
    "p": "let p = x == 1;",
    "s": "let s = `${x}`;",
    "xs": "let xs = [x, 1];",
    "m": "let m = #{a: x, b: xs};",
}
"""How functions declare them; a later one may need those before it."""

LITERALS: Final = {
    "int": ("1", "0", "2", "3", "-1", "7", "63", "100", "9223372036854775807", "-9223372036854775808"),
    "float": ("0.5", "0.0", "-2.0", "1e300", "3.25", "1.0"),
    "bool": ("true", "false"),
    "text": ('"ab"', '""', '"a,b"', "`t`", '"héé"', '"12"'),
    "array": ("[1, 2]", "[]", "[3, 1, 2]", '["s", 1.5, [4]]', "[#{a: 1}, ()]", "[0, 0]", "[true, 'c', [1, [2]]]"),
    "map": ('#{a: 1, b: [2], c: "k"}', "#{}", "#{a: 2, b: [], d: #{a: 1, b: [1]}}", "#{a: 1, b: [3], p: |v| this.a + v}"),
    "any": ("()", "'c'", "0..3", "1..=2", "blob(2, 65)", "|v| v", 'Fn("f")', "K", "L", "f"),
}

EXPRESSIONS: Final = {
    "int": (
        "(@int @arithmetic @int)",
        "(@int @plain_arithmetic @int)",
        "@array_name[@index]",
        "@map_name.@int_path",
        "@array_name.len()",
        "@text_name.len",
        "@calculated",
        "-(@int)",
        "+(@int)",
        "@array_name.reduce(|s, v| s + v, @int)",
        "(@int_closure).call(@int)",
        "(|w| |v| v + w * @int).call(@int).call(2)",
        "@array_name.@taken",
        "(@float).to_int()",
        "@int_name[0..@int]",
        "r(@int % 9)",
    ),
    "float": ("(@float @plain_arithmetic @float)", "(@int * @float)", "(@int).to_float()", "@float_name.floor()", "@float_name.sqrt()"),
    "bool": (
        "(@int @comparison @int)",
        "(@some @comparison @some)",
        "(@int @membership @array)",
        "((@int_name > 1) @lazy @bool_name)",
        "!(@truth)",
        "@array_name.@quantifier(@bool_closure)",
        "@array_name.@quantifier(|v| { @statement @truth })",
        "@text_name.contains(@text)",
        "@int_name[@index]",
        "(@text @membership @text)",
    ),
    "text": (
        "(@text + @some)",
        "`<${@some}|${@int}>`",
        "@text_name.@text_method",
        "@text_name[@index..@int]",
        "type_of(@some)",
        "(@text - @text)",
        "(@some).to_string()",
    ),
    "array": (
        "[@some, @int]",
        "@array_name.map(@some_closure)",
        "@array_name.map(|v| { @statement @some })",
        "@array_name.reduce(|q, v| { @statement q += @some; q }, @array)",
        "@array_name.filter(@bool_closure)",
        "(@array + @array)",
        "@map_name.@array_path",
        "@text_name.@split",
        "@array_name.@part",
        "[[@int, @some], @array]",
    ),
    "map": ("#{a: @int, b: @array}", "(@map + @map)", "#{d: @map, p: @int_closure}", "#{a: @some, b: [@map]}"),
}
"""Expressions by kind; a variable or a literal may always stand instead."""

EVERYWHERE: Final = (
    "if @truth { @same } else { @same }",
    "switch @int { 1 => @same, 2..5 if @truth => @same, _ => @same }",
    'switch @some { "ab" => @same, 2 | 3 | true if @truth => @same, [1, 2] => @same, 0..=1 => @same, _ => @same }',
    "{ let y = @same; y }",
    "{ @statement @same }",
    "(@map_name?.z ?? @same)",
    "[@same, @some][0]",
    "#{k: @same}.k",
)
"""What may have any kind; ``@same`` is of the kind wanted."""

STATEMENTS: Final = (
    "print(@some);",
    "@declaration",
    "@assignment",
    "@int_name @int_sign @int;",
    "@text_name += @some;",
    "@array_name += @some;",
    "@float_name @int_sign @some;",
    "@array_name[@index] @sign @some;",
    "@array_name[@index][@index] @sign @some;",
    "@map_name.@place @sign @int;",
    "@map_name[@text] @sign @some;",
    "@array_name.@change;",
    "@map_name.b.@change;",
    "@map_name.@method_path;",
    "@text_name[@index] = @character;",
    "@int_name[@index] = @bool;",
    "let q = |v| { @int_name += v; @array_name.push(v); @text_name += v; v }; q.call(@int);",
    "let q = |v| { @statement @some }; print(q.call(@int));",
    "let mk = |w| { let o = [w]; |v| { o.push(v); o } }; let q = mk.call(@int); q.call(@some); print(q.call(@int));",
    "let q = #{n: @int, add: |v| { this.n += v; this.n }, all: @array}; q.add(@int); q.all.push(@some); print(q);",
    "let rows = [#{k: @int, v: @some}, #{k: 2, v: @int}]; rows[0].k += @int; print(rows.map(|row| row.k).reduce(|s, v| s + v, 0));",
    "let q = |v, w| [w, v, @some]; print(q.curry(@int).call(@some));",
    "print(c.call(@int));",
    "print(@some_name.call(@this_closure));",
    "(@some);",
    "@int_name.h(@int);",
    "@map_name.p(@int);",
    "print(@some_name.tm(@int));",
    "print(@map_name?.d?.a); print(@some_name?.a);",
)

COMPOUNDS: Final = (
    "if @truth @block else @block",
    "if @truth @block",
    "if @truth @block else if @truth @block else @block",
    "for i in @walked { @body }",
    "for (e, i) in @walked { @body }",
    "{ let k = 0; while k < 3 { k += 1; @body } }",
    "{ let k = 0; do { k += 1; @block } @until; }",
    "try @block catch (e) { print(e); @block }",
    "try @block catch { @statement }",
    "try { @int_name @int_sign @int @plain_arithmetic @int; } catch { @int_name += 1; }",
    "if @text_name in @map_name { @map_name[s] @sign @int; @statement print(m[s]); m[t] += @int; } else { m[s] = @int; }",
    "try { @statement @ended } catch (e) { @handled }",
    "let got = loop { @block break @some; }; print(got);",
    "let got = for i in @walked { @body if @truth { break @some; } }; print(got);",
    "let fs = []; for i in 0..3 { let o = i * 2; fs.push(|| [i, o]); @body } print(fs.map(|g| g.call()));",
    "switch @some { 1 => { @statement } 'c' | \"ab\" => { @statement } 0..9 => @block _ => @block }",
)

RULES: Final = {
    "arithmetic": ("+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^"),
    "plain_arithmetic": ("+", "-", "*", "/", "%"),
    "comparison": ("==", "<", "<=", ">", ">=", "!="),
    "membership": ("in", "!in"),
    "lazy": ("&&", "||"),
    "sign": ("=", "+=", "-="),
    "int_sign": ("+=", "-=", "*=", "/=", "%=", "|=", "<<=", "**="),
    "int_path": ("a", "d.a", "b[0]", "b.len()", "b[-1]", "d?.a ?? 1"),
    "array_path": ("b", "keys()", "values()", "d.b"),
    "place": ("a", "b", "b[0]", "d.a", "d.b[-1]", "c", "d", "z"),
    "method_path": ("a.h(3)", "c.trim()", "c.make_upper()", "a.set_bit(1, true)", "b[0].h(1)", "d.a.h(2)", "b.sort()"),
    "calculated": (
        "abs(@int)",
        "max(@int, 2)",
        "sign(@int)",
        "f(@int)",
        "g(@int, 1)",
        "@int_name.h(2)",
        'Fn("f").call(@int)',
        "call(f, @int)",
    ),
    "taken": ("index_of(2)", "pop()", "shift()", "remove(0)", "get(1)", "find(@bool_closure)"),
    "quantifier": ("some", "all"),
    "text_method": ("to_upper()", "sub_string(1)", "trim()", 'replace("a", "b")', "make_upper()", "to_string()", "crop(0, 1)"),
    "split": ('split(",")', "split()", "to_chars()"),
    "part": ("extract(1)", "drain(0..1)", "chop(1)", "splice(0..1, [9])", "dedup()", "split(1)", "map(|| this)"),
    "change": (
        "push(@int)",
        "insert(1, @some)",
        "append([@some])",
        "sort()",
        "sort(|v, w| w - v)",
        "reverse()",
        "truncate(2)",
        "pad(4, @int)",
        "clear()",
        "set(0, @some)",
        "for_each(|| this += 1)",
        "retain(|v| v != @int)",
    ),
    "character": ("'x'", "@int_name"),
    "walked": ("0..3", "1..=2", "xs", '"ab"', "m.b", "[4, 5]", "range(0, 6, 2)", "s"),
    "until": ("while k < 2", "until k >= 2"),
    "ended": ("", "throw @some;", "throw;", "throw #{code: @int};"),
    "handled": (
        "print(e);",
        "s += e;",
        "throw;",
        "print(e.message);",
        "",
        "throw e;",
        "let e = 2; print(e);",
        'if type_of(e) == "map" { @statement }',
        "if e == 2 || e?.a == 4 { @statement }",
        'if "a" in e { print(1); }',
    ),
    "leave": ("", "if @truth { break; }", "if @truth { continue; }"),
    "body": ("@leave @block",),
}
