"""Writing and who may: communicators write, another of them or a supervisor approves."""

from __future__ import annotations

from lanka.desk.settings.route import at
from lanka.desk.writing import drafts, looks, pictures, settle, views

READ, WRITE, APPROVE = "content.read", "content.write", "content.approve"

urlpatterns = [
    at("", views.templates, "templates", READ),
    at("new/", views.template_new, "template-new", WRITE),
    at("<int:pk>/", views.template_edit, "template", READ),
    at("<int:pk>/name/", views.template_name, "template-name", WRITE),
    at("<int:pk>/copy/", views.template_copy, "template-copy", WRITE),
    at("<int:pk>/retire/", views.template_retire, "template-retire", WRITE),
    at("<int:pk>/draft/", drafts.draft, "template-draft", WRITE),
    at("<int:pk>/findings/", drafts.found, "template-findings", READ),
    at("<int:pk>/looks/", looks.looks, "template-looks", READ),
    at("<int:pk>/look/", looks.look, "template-look", READ),
    at("<int:pk>/versions/", settle.versions, "template-versions", READ),
    at("<int:pk>/ask/", settle.ask_approval, "template-ask", WRITE),
    at("<int:pk>/remark/", settle.remarked, "template-remark", READ),
    at("<int:pk>/test/", settle.test_send, "template-test", WRITE),
    at("version/<int:pk>/approve/", settle.approved, "version-approve", APPROVE),
    at("version/<int:pk>/refuse/", settle.refused, "version-refuse", APPROVE),
    at("remark/<int:pk>/done/", settle.remark_done, "remark-done", READ),
    at("picture/", pictures.upload, "writing-upload", WRITE),
    at("picture/<str:sha256>/", pictures.picture, "writing-picture", READ),
]
