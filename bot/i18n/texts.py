"""Every text that a person in Discord can see: the English one, in one place.

A translation is one file beside it, `languages/CODE.toml`, with the same names; what it lacks
is said in English. `bot.i18n.language` chooses. Short, kind, plain; Discord's Markdown applies.
{Braces} are filled in and must stay as they are.
"""

from dataclasses import dataclass

from bot.i18n.looking import LookingTexts
from bot.i18n.server_texts import ServerTexts
from verse.request.messages import SENTENCES, Message


@dataclass(frozen=True)
class Texts(ServerTexts, LookingTexts):
    """Holds all texts in one language."""

    # -------------------------------------------------------------- commands
    # Names: lower case, no spaces, at most 32 characters. Descriptions: at most 100.

    command_poem: str = "poem"
    about_poem: str = "A poem that begins with your words, written by a small network"
    option_seed: str = "seed"
    about_seed: str = "How it begins: a few words in English. Leave it out for a surprise"
    option_form: str = "form"
    about_form: str = "What kind of poem: a sonnet, a haiku, a limerick ..."
    option_lines: str = "lines"
    about_lines: str = "How many lines"
    option_manner: str = "manner"
    about_manner: str = "An author in whose manner to write"
    no_manner: str = "nobody"
    option_theme: str = "theme"
    about_theme: str = "What it should speak of, in a word or two"
    option_mood: str = "mood"
    about_mood: str = "How daring the words are"
    option_private: str = "private"
    about_private: str = "Only you see it, until you share it"

    menu_make_poem: str = "Make a poem of this"

    command_acrostic: str = "acrostic"
    about_acrostic: str = "A poem whose first letters spell a word"
    option_word: str = "word"
    about_word: str = "The word, for example a name"

    command_poems: str = "poems"
    about_poems: str = "Poems that were written here"
    command_top: str = "top"
    about_top: str = "The poems that people here like best"
    option_period: str = "period"
    about_period: str = "Written when"
    period_week: str = "in the last week"
    period_month: str = "in the last month"
    period_all: str = "at any time"
    command_mine: str = "mine"
    about_mine: str = "The poems that you asked for"
    command_random: str = "random"
    about_random: str = "Any poem that was written here"
    command_find: str = "find"
    about_find: str = "Poems in which certain words occur"
    option_words: str = "words"
    about_words: str = "The words to look for"

    command_brain: str = "brain"
    about_brain: str = "So, what exactly does this thing do? An answer in pictures"
    option_text: str = "text"
    about_text: str = "What it should look at. Leave it out for the last poem here"

    command_privacy: str = "privacy"
    about_privacy: str = "What I keep of you and why; see it, delete it, or opt out"

    # ----------------------------------------------------------------- forms

    form_free: str = "free"
    form_couplet: str = "couplets"
    form_tercet: str = "tercets"
    form_quatrain: str = "quatrains"
    form_quatrain_aabb: str = "quatrains, AABB"
    form_quatrain_abba: str = "quatrains, ABBA"
    form_quatrain_abcb: str = "quatrains, ABCB"
    form_ballad: str = "ballad"
    form_limerick: str = "limerick"
    form_haiku: str = "haiku"
    form_sonnet: str = "sonnet"
    form_acrostic: str = "acrostic"

    mood_calm: str = "calm"
    mood_even: str = "even"
    mood_lively: str = "lively"
    mood_wild: str = "wild"

    # ------------------------------------------------------- under each poem

    writing: str = "still writing ..."
    cut_short: str = "cut short, sorry"  # not longer than `writing`, in whose place it is put
    small_model: str = "a small model wrote this"
    in_the_manner_of: str = "in the manner of {author}"
    seed_number: str = "seed number {seed}"
    another: str = "Another"
    go_on: str = "Continue"
    edit: str = "Edit"
    stop: str = "Stop"
    delete: str = "Delete"
    share: str = "Share"
    report: str = "Report"
    show_again: str = "Show again"
    shared: str = "Shared: {link}"
    reported: str = (
        "Thank you. Who runs me will see this. The poem stays until a moderator or a few more "
        "members report it too."
    )
    hidden: str = "This poem was reported, so it is hidden."

    # The form behind `edit`. Title and names: at most 45 characters; hints: at most 100.
    edit_title: str = "Edit and try again"
    edit_words: str = "Words"
    edit_words_hint: str = "How it begins; empty for a surprise. Of an acrostic: its word"
    edit_others_words_hint: str = "Somebody else typed them: leave this empty to keep them"
    edit_form: str = "Form"
    edit_theme: str = "Theme"
    edit_mood: str = "Mood"
    edit_manner: str = "Manner"

    # ---------------------------------------------------------------- /poems

    top_title: str = "The best liked poems here"
    top_title_week: str = "The best liked poems of the last week here"
    top_title_month: str = "The best liked poems of the last month here"
    mine_title: str = "Your poems"
    found_title: str = "Poems with “{words}”"
    page: str = "page {page}"
    earlier: str = "Back"
    later: str = "Next"
    only_for_you: str = "only for you"
    to_the_poem: str = "to the poem"
    none_top: str = "Nobody has voted for a poem here yet. Press 👍 under one that you like."
    none_top_of_period: str = (
        "Nobody has voted for a poem of that time here. Choose a longer one, or press 👍 under one "
        "that you like."
    )
    none_mine: str = "I keep no poem of yours. Ask for one with /poem."
    none_random: str = "No poem was written here yet. Ask for one with /poem."
    none_found: str = "I found no poem here with these words."

    # ---------------------------------------------------------------- /brain

    brain_attention: str = (
        "**Where it looks.** To guess the next letter, the network looks back at the ones before. "
        "Each row is a letter; the darker a square, the closer it looks there. "
        "These are four of its heads; each has learnt to look for something else."
    )
    brain_next: str = (
        "**What it expects.** That is all it ever does: a chance for each letter that could come "
        "next. Then a die is rolled that is loaded in just that way."
    )
    brain_ladder: str = (
        "**How it got there.** The same beginning, continued by its four ancestors: a table of "
        "letter pairs, one head that looks back, several heads, and the whole Transformer."
    )
    brain_no_ladder: str = (
        "Its ancestors, from a table of letter pairs to the whole Transformer, are not on this "
        "machine; `python -m train ladder --out checkpoints/ladder` makes them."
    )
    brain_loss: str = (
        "**How it learnt.** The loss is how surprised it was by the true next letter, "
        "while it read poem after poem. It fell: that is all that learning is."
    )
    brain_no_loss: str = "The curve of its learning is not kept beside this network."
    brain_busy: str = (
        "Somebody else is looking into my brain just now. Please ask again in a moment."
    )
    brain_lost: str = "I could not draw that just now. Please ask again in a few minutes."
    brain_no_pictures: str = "I have nothing to draw with: matplotlib is not installed here."

    # -------------------------------------------------------------- /privacy

    privacy: str = (
        "**What I keep, and why**\n"
        "- For each poem: the words that it was made of and who typed them, its text, where it "
        "stands, how it was made, and who asked for it, so that you can delete it and find it "
        "again.\n"
        "- For each vote and each report of a bad poem: who gave it to which poem, so that "
        "everybody counts once.\n\n"
        "“Who” is never your name or number: it is a scrambled mark that only my key can make from "
        "your number, and the key is not in the database.\n"
        "I read no messages. What you type goes to no other service. I learn from poems that were "
        "voted on, without your words in them and without a trace of you.\n\n"
        "**What you can do:** see all that I keep of you; delete it, and with it your words in "
        "poems that others asked for; or opt out, then I keep nothing new of you, nor of what "
        "others make of your words, but the mark that says so."
    )
    privacy_counts: str = (
        "Of you I keep now: poems {poems}, votes {votes}, reports {reports}, your words in poems "
        "of others {words}."
    )
    privacy_opted_out: str = "You have opted out: I keep nothing new of you."
    privacy_policy: str = "Privacy policy"
    terms_of_service: str = "Terms of service"
    show_mine: str = "Show mine"
    delete_mine: str = "Delete mine"
    opt_out: str = "Opt out"
    opt_in: str = "Opt in again"
    here_is_yours: str = "This is all that I keep of you."
    really_delete: str = (
        "Really? I forget it all for good (poems {poems}, votes {votes}, your words in poems of "
        "others {words}). The messages with the poems stay where they are, but the buttons of "
        "yours stop working; delete those that you want gone with their own button first, also "
        "those of others that have your words."
    )
    yes_delete: str = "Yes, forget them"
    no_keep: str = "No, keep them"
    deleted_mine: str = (
        "Forgotten (poems {poems}, votes {votes}, your words in poems of others {words})."
    )
    not_kept_by_choice: str = (
        "You opted out, so I keep no vote of yours. /privacy lets you opt in again."
    )

    # -------------------------------------------------------------- refusals

    queue_full: str = "Many people are waiting for a poem just now. Please ask again in a minute."
    shutting_down: str = "I am just being restarted. Please ask again in a minute."
    poet_lost: str = "Something broke while I was writing, and the poem is lost. Please ask again."
    poet_away: str = "I can't write just now. Please ask again in a few minutes."
    not_kept: str = "I could not keep that just now. Please try again in a few minutes."
    not_lasting: str = "Your poem is here, but I could not keep it: votes on it may get lost."
    not_shown: str = (
        "Your poem is finished, but Discord did not let me show it here: /poems mine has it."
    )
    automod: str = "The rules of this server's AutoMod did not let the poem through."
    not_allowed: str = (
        "I may not do that here. Somebody who runs this server can give me the right."
    )
    unseen_channel: str = "I am not let into this channel, so I write no poems here."
    channel_not_seen: str = "I don't see that channel: let me in first, or choose another."
    other_version: str = (
        "This command has changed since your Discord learnt it: reload Discord, then try again."
    )
    poem_gone: str = "I don't know this poem any more."
    poem_hidden: str = "This poem was reported and is hidden."
    words_gone: str = (
        "Who typed the words of this poem has taken them back, so I can't make another of them."
    )
    not_yours: str = (
        "Only who asked for this poem, who typed its words, or a moderator, can delete it."
    )
    not_yours_to_stop: str = "Only who asked for this poem, or a moderator, can stop it."
    not_being_written: str = "This poem is not being written any more."
    left_queue: str = "It was taken out of the queue before I began it, so there is no poem."
    only_moderators: str = "Only a moderator can show a hidden poem again."
    too_early: str = "This poem is still being written. Please wait a moment."
    slur: str = "I don't write with such words. Please choose others."
    no_words: str = "I see no words in that. Give me a few to begin with, in English."
    nothing_to_read: str = "I found no words in that message that a poem could begin with."
    unknown_form: str = "I don't know this form. Choose one of the list that I offer."
    long_theme: str = "A theme has at most {most} characters: a word or two."
    unexpected: str = (
        "Something went wrong, and that is not your fault. Please try again. ({reference})"
    )

    # ------------------------------------- what the poet says: verse/request/messages.py

    seed_empty: str = SENTENCES["seed_empty"]
    seed_unreadable: str = SENTENCES["seed_unreadable"]
    seed_of_many_lines: str = SENTENCES["seed_of_many_lines"]
    seed_too_long: str = SENTENCES["seed_too_long"]
    no_such_form: str = SENTENCES["no_such_form"]
    lines_of_no_poem: str = SENTENCES["lines_of_no_poem"]
    lines_of_other_form: str = SENTENCES["lines_of_other_form"]
    acrostic_and_form: str = SENTENCES["acrostic_and_form"]
    acrostic_empty: str = SENTENCES["acrostic_empty"]
    acrostic_unspellable: str = SENTENCES["acrostic_unspellable"]
    acrostic_and_lines: str = SENTENCES["acrostic_and_lines"]
    acrostic_too_long: str = SENTENCES["acrostic_too_long"]
    no_authors: str = SENTENCES["no_authors"]
    author_of_several: str = SENTENCES["author_of_several"]
    no_such_author: str = SENTENCES["no_such_author"]
    author_like_another: str = SENTENCES["author_like_another"]
    ended_by_time: str = SENTENCES["ended_by_time"]
    ended_without_way_on: str = SENTENCES["ended_without_way_on"]
    ended_by_request: str = SENTENCES["ended_by_request"]
    hurried: str = SENTENCES["hurried"]
    seed_misses_letter: str = SENTENCES["seed_misses_letter"]
    seed_longer_than_form: str = SENTENCES["seed_longer_than_form"]
    no_other_rhyme: str = SENTENCES["no_other_rhyme"]
    theme_unknown: str = SENTENCES["theme_unknown"]
    theme_cut: str = SENTENCES["theme_cut"]
    theme_not_spoken_of: str = SENTENCES["theme_not_spoken_of"]
    seed_bends: str = SENTENCES["seed_bends"]
    lines_bent: str = SENTENCES["lines_bent"]
    may_recite: str = SENTENCES["may_recite"]
    no_forms: str = SENTENCES["no_forms"]

    # -------------------------------------------------- the queue and limits

    waiting: str = "You are number {place} in the queue ..."
    too_many: str = "That is a lot in a short time. Please ask again {moment}."
    other_channel: str = "I write poems in {channels} here."
    other_form: str = "In this server I write only: {forms}."

    # ----------------------------------------------------------------- /owner

    command_owner: str = "owner"
    about_owner: str = "For the owner of this bot alone"
    command_health: str = "health"
    about_health: str = "How the bot does"
    command_checkpoint: str = "checkpoint"
    about_checkpoint: str = "Has another network write from now on"
    option_folder: str = "folder"
    about_folder: str = "Its folder on the machine where the bot runs"
    only_owner: str = "Only the owner of this bot can do that."
    switched: str = (
        "From now on {name} writes; what was being written is still finished by the old one. "
        "To keep it so after a restart, set CHECKPOINT={folder} in the file .env."
    )
    not_switched: str = "The old one goes on writing: {reason}"

    def form(self, name: str) -> str:
        """Returns the name of a form, one of `verse.request.forms.FORMS`, as a member reads it."""
        return str(getattr(self, f"form_{name.replace('-', '_')}", name))

    def top(self, period: str) -> tuple[str, str]:
        """Returns the title of the best liked poems of a `period`, and what to say if there are
        none."""
        if period == "all":
            return self.top_title, self.none_top
        return str(getattr(self, f"top_title_{period}")), self.none_top_of_period

    def say(self, message: Message) -> str:
        """Returns what the poet remarked, in this language."""
        values = dict(message.values)
        if "form" in values:
            values["form"] = self.form(str(values["form"]))
        return str(getattr(self, message.name)).format(**values)


ENGLISH = Texts()
