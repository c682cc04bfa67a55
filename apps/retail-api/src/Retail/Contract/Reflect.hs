{-# LANGUAGE AllowAmbiguousTypes #-}
{-# LANGUAGE PolyKinds #-}
{-# LANGUAGE UndecidableInstances #-}

-- | The endpoints of an API type, as data.
module Retail.Contract.Reflect (Endpoint (..), Segment (..), Parameter (..), Routes, endpointsOf, template) where

import Data.Kind (Type)
import Data.Proxy (Proxy (..))
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (decodeUtf8)
import GHC.Generics
import GHC.TypeLits (KnownNat, KnownSymbol, Symbol, natVal, symbolVal)
import Retail.App.Work (IdempotencyKey)
import Retail.Contract.Page (Limit)
import Retail.Contract.Schema (Schema)
import Retail.Contract.Schema qualified as Schema
import Retail.Contract.Wire (BytesOf, Json, Wire, schema)
import Servant.API hiding (Summary)
import Servant.API.Generic (AsApi)

data Segment = Literal Text | Captured Parameter
  deriving stock (Eq, Show)

data Parameter = Parameter {name :: Text, shape :: Schema}
  deriving stock (Eq, Show)

data Endpoint = Endpoint
  { name :: Text,
    method :: Text,
    path :: [Segment],
    queries :: [Parameter],
    -- | Whether it takes an Idempotency-Key.
    once :: Bool,
    authenticated :: Bool,
    body :: Maybe Schema,
    status :: Integer,
    answer :: Maybe Schema
  }
  deriving stock (Eq, Show)

-- | @/sales/{sale}/park@
template :: Endpoint -> Text
template Endpoint {path} = foldMap (("/" <>) . segment) path
  where
    segment = \case
      Literal text -> text
      Captured Parameter {name} -> "{" <> name <> "}"

endpointsOf :: forall api. Routes api => [Endpoint]
endpointsOf = routes @api Endpoint {name = "", method = "", path = [], queries = [], once = False, authenticated = False, body = Nothing, status = 0, answer = Nothing}

class Routes (api :: Type) where
  -- | Given what was met on the way here.
  routes :: Endpoint -> [Endpoint]

instance GRoutes (Rep (api AsApi)) => Routes (NamedRoutes api) where
  routes = gRoutes @(Rep (api AsApi))

instance (KnownSymbol segment, Routes rest) => Routes ((segment :: Symbol) :> rest) where
  routes Endpoint {..} = routes @rest Endpoint {path = path <> [Literal (symbolText @segment)], ..}

instance (KnownSymbol name, Wired a, Routes rest) => Routes (Capture' modifiers name a :> rest) where
  routes Endpoint {..} = routes @rest Endpoint {path = path <> [Captured (Parameter (symbolText @name) (wired @a))], ..}

instance (KnownSymbol name, Wired a, Routes rest) => Routes (QueryParam' modifiers name a :> rest) where
  routes Endpoint {..} = routes @rest Endpoint {queries = queries <> [Parameter (symbolText @name) (wired @a)], ..}

instance (Wire a, Routes rest) => Routes (ReqBody' modifiers '[Json] a :> rest) where
  routes Endpoint {..} = routes @rest Endpoint {body = Just (schema @a), ..}

instance (Wire a, Routes rest) => Routes (ReqBody' modifiers '[BytesOf a] bytes :> rest) where
  routes Endpoint {..} = routes @rest Endpoint {body = Just (schema @a), ..}

instance Routes rest => Routes (Header' modifiers name Text :> rest) where
  routes = routes @rest

instance Routes rest => Routes (RemoteHost :> rest) where
  routes = routes @rest

instance Routes rest => Routes (Header' modifiers "Idempotency-Key" IdempotencyKey :> rest) where
  routes Endpoint {..} = routes @rest Endpoint {once = True, ..}

instance Routes rest => Routes (AuthProtect scheme :> rest) where
  routes Endpoint {..} = routes @rest Endpoint {authenticated = True, ..}

instance (ReflectMethod method, KnownNat status, Answers a) => Routes (Verb method status '[Json] a) where
  routes Endpoint {..} =
    [ Endpoint
        { method = decodeUtf8 (reflectMethod (Proxy @method)),
          status = natVal (Proxy @status),
          answer = answers @a,
          ..
        }
    ]

-- | The name of a route is that of its field.
class GRoutes (f :: Type -> Type) where
  gRoutes :: Endpoint -> [Endpoint]

instance GRoutes f => GRoutes (D1 d f) where
  gRoutes = gRoutes @f

instance GRoutes f => GRoutes (C1 c f) where
  gRoutes = gRoutes @f

instance (GRoutes f, GRoutes g) => GRoutes (f :*: g) where
  gRoutes so = gRoutes @f so <> gRoutes @g so

instance (Selector s, Routes api) => GRoutes (S1 s (K1 i api)) where
  gRoutes Endpoint {name = _, ..} = routes @api Endpoint {name = Text.pack (selName (Selected :: Selected s U1 ())), ..}

data Selected (s :: Meta) (f :: Type -> Type) a = Selected

-- | What stands in a path or a query.
class Wired a where
  wired :: Schema

instance {-# OVERLAPPABLE #-} Wire a => Wired a where
  wired = schema @a

instance Wired Limit where
  wired = Schema.Whole

-- | What a response has for a body.
class Answers a where
  answers :: Maybe Schema

instance {-# OVERLAPPABLE #-} Wire a => Answers a where
  answers = Just (schema @a)

instance Answers a => Answers (Headers headers a) where
  answers = answers @a

instance Answers NoContent where
  answers = Nothing

symbolText :: forall s. KnownSymbol s => Text
symbolText = Text.pack (symbolVal (Proxy @s))
