-- | From what runs short to what has come: orders from suppliers.
module Retail.Office.Page.Purchasing (component) where

import Prelude

import Data.Array (filter, head, mapMaybe)
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), fromMaybe, maybe)
import Data.String (trim)
import Foreign.Object as Object
import Halogen as H
import Retail.Api.Request as Request
import Retail.Api.Types (Me, PurchaseOrder, PurchaseState(..), SupplierId(..))
import Retail.AppM (AppM)
import Retail.Capability.Api (ask)
import Retail.Capability.Pages (allPages)
import Retail.Component.Html (Notice(..))
import Retail.Component.Page (answered, complain, once, stay)
import Retail.Data.Form (emptyForm, typed)
import Retail.Data.Money (editMoney)
import Retail.Office.Lines (DraftLine, addPicked, goodsOf, itemsOf, lineOf)
import Retail.Office.Page.Purchasing.View (Action(..), Draft, Slots, State, render, supplierText)
import Retail.Office.Places (choosePlace, listHere, noPlaces, withPlaces)

type Handle a = forall output. H.HalogenM State Action Slots output AppM a

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState:
      { me: _
      , places: noPlaces
      , suppliers: []
      , due: Nothing
      , heads: Nothing
      , shown: Nothing
      , draft: Nothing
      , arriving: []
      , excess: false
      , form: emptyForm
      , key: ""
      , said: Nothing
      }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

handle :: Action -> Handle Unit
handle = case _ of
  Start -> do
    suppliers <- allPages Request.listSuppliers
    answered suppliers \some -> H.modify_ _ { suppliers = filter (not <<< _.archived) some }
    withPlaces list
  Choose place -> do
    choosePlace place
    H.modify_ _ { shown = Nothing, draft = Nothing, said = Nothing }
    list
  Show { purchaseOrderId } -> do
    answer <- ask (Request.readPurchaseOrder purchaseOrderId)
    answered answer present
  New -> begin "" []
  OrderDue -> do
    { me, due } <- H.get
    let some = fromMaybe [] due
    let
      lines = map
        ( \one -> lineOf { variantId: one.variantId, sku: one.sku, name: one.name, quantity: one.proposed }
            (maybe "" (editMoney me.organisation.currency) one.cost)
        )
        some
    begin (maybe "" supplierText (head (mapMaybe _.supplierId some))) lines
  From text -> change _ { supplier = text }
  Pick picked -> change \draft -> draft { lines = addPicked picked draft.lines }
  Lines lines -> change _ { lines = lines }
  Save -> save (done "The draft is kept.")
  Place -> save \{ head: { purchaseOrderId } } -> do
    answer <- once (Request.placePurchaseOrder purchaseOrderId)
    answered answer (done "Ordered.")
  Cancel { purchaseOrderId } -> do
    answer <- once (Request.cancelPurchaseOrder purchaseOrderId)
    answered answer (done "Nothing more is expected of it.")
  Arriving lines -> H.modify_ _ { arriving = lines }
  Excess wanted -> H.modify_ _ { excess = wanted }
  Receive event -> stay event *> receive
  Set name text -> H.modify_ \state -> state { form = Object.insert name text state.form }
  AddSupplier event -> do
    stay event
    form <- H.gets _.form
    answer <- once (Request.addSupplier { name: trim (typed "supplier-name" form), contact: trim (typed "supplier-contact" form) })
    answered answer \one -> H.modify_ \state -> state
      { suppliers = state.suppliers <> [ one ], form = emptyForm, said = Just (Good (one.name <> " is there now.")) }

list :: Handle Unit
list = do
  listHere Request.listReorders \some -> H.modify_ _ { due = Just some }
  listHere Request.listPurchaseOrders \some -> H.modify_ _ { heads = Just some }

change :: (Draft -> Draft) -> Handle Unit
change edit = H.modify_ \state -> state { draft = map edit state.draft }

begin :: String -> Array DraftLine -> Handle Unit
begin supplier lines = H.modify_ _ { shown = Nothing, draft = Just { of: Nothing, supplier, lines }, said = Nothing }

-- | A draft is shown in its editor, an open order with what is still to come.
present :: PurchaseOrder -> Handle Unit
present order@{ head, lines } = do
  { me } <- H.get
  let cost = editMoney me.organisation.currency
  H.modify_ _
    { shown = Just order
    , draft =
        if head.state == PurchaseStateDraft then
          Just { of: Just head, supplier: supplierText head.supplierId, lines: map (\line -> lineOf line (cost line.cost)) lines }
        else Nothing
    , arriving = map (\line -> lineOf line { quantity = line.quantity - line.received } "") (filter (\line -> line.received < line.quantity) lines)
    , excess = false
    , said = Nothing
    }

done :: String -> PurchaseOrder -> Handle Unit
done words order = do
  present order
  H.modify_ _ { said = Just (Good words) }
  list

-- | Keeps the draft at the server, and goes on.
save :: (PurchaseOrder -> Handle Unit) -> Handle Unit
save next = do
  { me, places, draft } <- H.get
  case places.here, draft of
    Just { locationId }, Just { of: before, supplier, lines } -> case itemsOf me.organisation.currency lines of
      Nothing -> complain "Each line has a quantity, such as 12, and a cost, such as 2.50."
      Just items -> do
        answer <- once case before of
          Nothing -> Request.addPurchaseOrder { supplierId: SupplierId supplier, locationId, lines: items }
          Just { purchaseOrderId, version } -> Request.editPurchaseOrder purchaseOrderId { lines: items, version }
        answered answer \order -> present order *> next order
    _, _ -> pure unit

receive :: Handle Unit
receive = do
  { shown, arriving, excess } <- H.get
  for_ shown \{ head: { purchaseOrderId } } -> case goodsOf arriving of
    Nothing -> complain "Each quantity is a number, such as 12; 0 if nothing came."
    Just lines -> do
      answer <- once (Request.receiveGoods purchaseOrderId { lines, excess })
      answered answer (done "Received, and in the stock of this location.")
