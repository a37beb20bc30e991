"""Settings and who may open them."""

from __future__ import annotations

from lanka.desk.settings import answers, brands, exchanges, lines, rules, topics
from lanka.desk.settings.page import home
from lanka.desk.settings.route import at

LINES, ANSWERS, BRANDS, TOPICS = "lines.edit", "answers.edit", "brands.edit", "topics.edit"

urlpatterns = [
    at("", home, "settings", "desk.open"),
    at("lines/", lines.lines, "lines", LINES),
    at("lines/new/", lines.kinds, "line-kinds", LINES),
    at("lines/new/<slug:kind>/", lines.line_new, "line-new", LINES),
    at("lines/<int:pk>/", lines.line_edit, "line", LINES),
    at("lines/<int:pk>/check/", lines.line_check, "line-check", LINES),
    at("lines/<int:pk>/switch/", lines.line_switch, "line-switch", LINES),
    at("lines/<int:pk>/delete/", lines.line_delete, "line-delete", LINES),
    at("exchanges/", exchanges.exchanges, "exchanges", "exchanges.read"),
    at("answers/", answers.answers, "answers-edit", ANSWERS),
    at("answers/new/", answers.answer_new, "answer-new", ANSWERS),
    at("answers/<int:pk>/", answers.answer_edit, "answer", ANSWERS),
    at("answers/<int:pk>/delete/", answers.answer_delete, "answer-delete", ANSWERS),
    at("topics/", topics.topics, "topics", TOPICS),
    at("topics/new/", topics.topic_new, "topic-new", TOPICS),
    at("topics/<int:pk>/", topics.topic_edit, "topic", TOPICS),
    at("topics/<int:pk>/move/", topics.topic_move, "topic-move", TOPICS),
    at("topics/<int:pk>/retire/", topics.topic_retire, "topic-retire", TOPICS),
    at("rules/", rules.rules, "rules", TOPICS),
    at("brands/", brands.brands, "brands", BRANDS),
    at("brands/new/", brands.brand_new, "brand-new", BRANDS),
    at("brands/<int:pk>/", brands.brand_edit, "brand", BRANDS),
]
