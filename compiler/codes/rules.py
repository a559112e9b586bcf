"""The numbered rules as docs/language.md words them; `python -m nmt.compiler.codes` takes them from there."""

TEXT = """\
**1.1** A file is UTF-8 text: a list of declarations, each opened by its keyword. The keywords are `package use dim
vocab type source target module op layout model law expect surrogate`. Line ends and blanks mean nothing; `#` begins a
comment. A declaration that cannot be read spoils itself alone: all others are checked, and names that only it would
have brought are not missed.

**1.2** `package NAME @ VERSION` comes first, once; then every `use`; then the rest, in any order. All else may be
left out: a package of types and ops alone is one that others use.

**1.3** Vocabularies and dims are in upper case (`COLOR`, `T2`), all other names in lower case (`find`). The keywords
of rule 1.1 are reserved, and so are `as by else for from in real simplex soft top varies weight`. Where one is a word
of a vocabulary, it is quoted, and so are words that are no names. Numbers are written `3`, `0.5`, `1e-3`.

**1.4** Limits keep every input, however made, from hanging or overflowing a tool. Expressions nest at most 100 deep,
and a sum or a product has at most 100 terms; whole numbers have at most 15 digits; a vocabulary has at most 1,000,000
words.

**2.1** A name is declared in the file or brought in by `use`, and stands for one thing in its role. The roles are:
dims and vocabularies; types; sources; targets; layouts; models; ops and modules together. `source words` and a type
`words` do not collide; an op and a module of one name do.

**2.2** Nothing is defined by itself. Declarations may use each other in any order, but ops never recurse, and neither
types, vocabularies nor packages go in a circle.

**2.3** Sources are in scope in every op of their package. A parameter of the same name hides a source. Parameters of
ops have names; those of modules may go without.

**2.4** `use std.answer @ 1.0.0 { BOOL, dist }` brings names in, each in every role that it has there. The package
`std.answer` is the file `std/answer.nmt`, looked for beside the file, one folder above, and in the standard library.
The version found has the same first number as the one asked for, and is not older.

**2.5** `--use std.typed=std.classic` puts one package in another's place before anything is checked.

**2.6** Names of primitives (`min`, `sum`, `average`, ...) cannot be given to ops or modules.

**3.1** Dims are nominal: two are the same where package and name are. A size that the interface does not give (`dim P
= 2` gives one, of 1 or more) is bound once, from the data.

**3.2** Sizes are polynomials over dims: `real[H * W + 2]`. They are compared in normal form: `W * H + 2` is the same.

**3.3** A scalar fits any shape, also at `->`.

**3.4** `dim T varies` differs from sample to sample. Such dims stand in sources of words and in parameters of modules
only; shorter samples are padded with -1 behind their last word.

**3.5** A vocabulary lists its words (`{ a, b }`, `{ 0..10 }`), or joins others: `COLOR + SHAPE + { all }`. Those that
it joins remain its *parts*: the words of a part are words of the whole. It has at least one word, and a word stands
in one part only, and once.

**3.6** Words may come from a file or from the data. `vocab WORD from "words.txt"` reads a file, one word a line,
whose path is meant from the folder of the interface. `from data at least 100 else unknown` takes the words that are
seen so often, `from data top 1000` the most frequent. With `else unknown` all other words count as the word
`unknown`. `from data` counts the words of programs, sources and targets, `from question` those of the column
`question` alone.

**3.7** A primitive over dims names dims that stand in the shape of its argument, once each: `mean[H, W](x)`.

**4.1** `find[c: COLOR](...)` is one module with an instance for each word of COLOR. A module has at most one such
parameter, an op as many as it likes.

**4.2** `[V: vocab]` is a module or op for each vocabulary that it is called with, `[V]` for each dim, with words or
without. Inside, V stands for itself alone; at a call it is given in brackets, or found from the arguments.

**4.3** A vocabulary in the place of a word calls the instance of every word. It becomes the first dim of the result.

**4.4** Brackets hold what was declared: words or vocabularies for words, dims for dims, in order. Dims behind the
last word may be left to the arguments. A call takes one vocabulary in the place of a word at most, and a simplex is
over one dim.

**4.5** A call has an argument for each parameter, in order. `min` and `max` take one with dims in brackets (`max[H,
W](x)`), without them two or more (`max(x, y)`).

**5.1** One domain fits another where it lies inside. A domain is a range (`0..1`, `0..`, `..1`; from the lower end to
the upper, both included), a few numbers (`{0, 1}`), or `simplex[V]`: numbers of 0 or more that add to 1 over V.

**5.2** Where both have a name, the actual type is the formal one, or refines it. Equal numbers of another meaning do
not fit.

**5.3** Types without a name, such as those of arithmetic, fit by structure: shape and domain.

**5.4** Simplexes widen, and nothing else does. A distribution over a part is one over the whole, with zeros
elsewhere. It never widens to find out a size: with `both` of rule 4.2, `both(color, shape)` is an error.

**5.5** At `->` a body is compared by structure; then it takes the name of the result's type.

**5.6** An enforcer keeps every real number in the domain of its type. There are `sigmoid` (0..1), `tanh` (-1..1),
`relu` and `softplus` (0..), `softmax` (simplex), `clip` (the ends of the range), `step` (0 or 1; backward as the
sigmoid). A refinement inherits the enforcer unless its domain is narrower.

**5.7** What a module gives has an enforcer, unless its domain is all reals. Only a declared type has one.

**5.8** `e as T` applies the enforcer of T, shape kept. It is the only conversion, and an error where the value lies
inside already. It binds tighter than arithmetic: `(a + b) as mask` needs its brackets.

**5.9** Words are not numbers: they go into modules and targets, never into arithmetic.

**6.1** Every value that a body can give lies in the domain of its result. That is proved over the real numbers, with
ranges; sums by weights that add to 1, such as `a + (1 - a) * b`, are known to stay among what they mix. Contracts at
run time allow for rounding by dtype and size.

**6.2** A divisor excludes 0, `log` takes numbers above 0, `sqrt` and broken powers numbers of 0 or more. That is
proved, too.

**6.3** Some primitives ask for more than a shape. `average[D](x, w)` takes weights of 0 or more (weights that are all
0 give 0); `normalize[V](x)` numbers of 0 or more; `below[V](p)` a simplex over V; `bernoulli[BOOL](p)` a scalar in
0..1 and a vocabulary of two words; the exponent of `pow` and the ends of `clip` are plain numbers; `where(c, a, b)`
asks for a condition in {0, 1}.

**6.4** A comparison (`<=`, `>=`, `==`) is an expression of {0, 1} inside brackets or as an argument. Its gradient is
0; that of `where` flows into the branch that was taken.

**6.5** Simplexes come out of `softmax`, `normalize` and `bernoulli`, and survive some arithmetic. What keeps them:
mixing by weights of 0 or more that add to 1 (`p * a + (1 - p) * b` with p a scalar in 0..1, `0.3 * a + 0.7 * b`,
`(a + b) / 2`), the mean over other dims, and products that marginalise
(`dot[V](p, x)` with p a simplex over V and each row of x a simplex).

**6.6** The primitives are these, and bodies of ops hold nothing else but calls of ops and modules.

**7.1** A program is a term: calls of ops and modules by name. Each call has its words in brackets, and as many inputs
as parameters, each of a type that fits. Sources are read by ops, never named by a program. Inputs come before what
reads them, and a program is not empty.

**7.2** A word of a program is a word of the vocabulary that its op asks for.

**7.3** The type of the whole fits the layout.

**7.4** An answer is a word of what the program speaks of. A program of type `dist[COLOR]` is never answered by
`cube`.

**7.5** Records of a file stand alone. One that cannot be read is reported with its number, and the rest goes on.

**8.1** `soft NAME: a <= b [weight w]` asks training for a condition; it never changes a type. Below a module it sees
its parameters, words and result, but no sources; below a type, the type's name stands for the value. It is the loss
mean(relu(a - b)), for `==` mean((a - b)^2), times its weight (1 if not given; 0 is a warning), a monitor and a test.

**8.2** A soft constraint that can never be broken, or never be met, is a warning. It is told by what is proved of its
sides.

**8.3** `law NAME(params): a == b` holds for all values of the parameters' types, up to rounding. Laws are tested; one
that is refuted by what is proved of its sides is an error.

**8.4** `expect find : decoupled, direct` is compared with the plan of a file of programs (`nmt plan`). A module is
`decoupled` where no module stands between it and the data, else `dependent(m, ...)` on the nearest above, of those
named at most; `direct` where at least a third of its uses reach the loss through ops alone, or a trace says what it
should give, else `indirect`; `codependent(m, ...)` where its output meets that of another; and `surrogate` where
untrained modules stand behind it.

**8.5** `target NAME : TYPE from TYPE by LOSS` compares a column with what is predicted. `nll` compares words with a
distribution or raw scores over them, `bce` numbers in 0..1, `mse` numbers. `target seen : mask from find by bce`
compares with a module's output: a *trace*.

**8.6** `surrogate NAME for MODULE (params) -> TYPE` stands in for what lies behind a module while it is trained.
Its parameters are what enters from the module, or sources.

**8.7** A model names its layout once, and gives what its target is predicted from.

**9.1** Behind each signature stands a `torch.nn.Module`. Its `forward` takes the inputs, batched; that of a family of
words takes before them the number of the word that each row calls, (N,). It returns raw numbers in the shape of the
result (`enforced = True`: numbers in the domain). `nmt stubs` writes each as a protocol.

**9.2** Contracts test values while a network runs. They are `off`, `boundary` (what comes out of sources and modules)
or `all` (every value). A violation names module, instance, sample, place, value and domain.

**9.3** Sources and targets bind to columns of the data by name; each dim has one size.

**9.4** What a command names (settings, paths, runs, devices, extras) exists, and fits the rest.

**9.5** No fault loses finished work. A command that stops, because the disk is full or a loss is not finite, keeps
what was done.

**9.6** What an implementation gives depends on its instance and its inputs alone, row by row. It is the same for a
sample alone and in a batch, in any order, and twice. `nmt test` tries that, and that all is finite and has gradients.

**10.1** A parameter may widen and a result may narrow; declarations may be added. All else breaks.

**10.2** What breaks is named: CALL, WEIGHTS, CACHE or MEANING. CALL: programs no longer fit. WEIGHTS: trained weights
no longer fit. CACHE: stored values are stale. MEANING: the numbers mean something else. A package that breaks
something raises the first number of its version, one that adds something the second.
"""
PARAGRAPHS = TEXT.strip().split("\n\n")
RULES = {rule.split("**")[1]: " ".join(rule.split("** ", 1)[1].split()) for rule in PARAGRAPHS}
