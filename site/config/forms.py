"""How forms are drawn: by the components in templates/components."""

from django.forms.renderers import TemplatesSetting


class ComponentRenderer(TemplatesSetting):
    """Draws `{{ form }}` and `{{ field.as_field_group }}` with our own components."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
